# shellcheck shell=bash disable=SC1091,SC2154
# First process of the container: activates the system, then becomes systemd.

# What stops a container sends this. Without a handler, the kernel drops it for a namespace's first process.
trap 'exit 0' RTMIN+3

# An empty file, other than none, does not make systemd take this for the machine's first boot.
[[ -e /etc/machine-id ]] || : >/etc/machine-id

# In the background, for bash runs a handler at once only while it waits.
(. "$systemConfig/activate") &
wait "$!"
ln -sfnT "$systemConfig" /run/booted-system

# Units that the host's packages bring, and what their generators make, stay out. The folders in /run are systemd's own.
export SYSTEMD_UNIT_PATH=/run/systemd/system.control:/run/systemd/transient:/etc/systemd/system:/run/systemd/system:/etc/systemd-mutable/system
export SYSTEMD_GENERATOR_PATH=/run/systemd/no-generators SYSTEMD_ENVIRONMENT_GENERATOR_PATH=/run/systemd/no-generators

for systemd in /usr/lib/systemd/systemd /lib/systemd/systemd; do
  [[ ! -x $systemd ]] || exec "$systemd" "$@"
done
echo "init: this machine has no /usr/lib/systemd/systemd, which the container starts. Install the package systemd." >&2
exit 1
