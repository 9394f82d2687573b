"""Boots a container with the given systemd-nspawn command, enters it once, stops it; prints the milliseconds."""
import os, signal, socket, subprocess, sys, tempfile, time

# A container needs control groups that no other systemd looks after, and on mixed hierarchies a cgroup2 mount.
if os.environ.get("BARE_CONTAINER") != "inside":
    os.environ["BARE_CONTAINER"] = "inside"
    me = [sys.executable, *sys.argv]
    if os.path.isdir("/run/systemd/system"):
        os.execvp("systemd-run", ["systemd-run", "--quiet", "--scope", "--property=Delegate=yes", *me])
    mounts = 'mount --make-rslave / && mount -t proc proc /proc && mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec "$@"'
    os.execvp("unshare", ["unshare", "--mount", "--pid", "--cgroup", "--fork", "--kill-child", "sh", "-c", mounts, "-", *me])

folder = tempfile.mkdtemp()
path = folder + "/notify"
ready = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
ready.bind(path)
ready.settimeout(60)
environment = {"PATH": os.environ["PATH"], "NOTIFY_SOCKET": path, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"}

begin = time.monotonic()
nspawn = subprocess.Popen(sys.argv[1:], env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr)
leader = None
booted = False
while not booted:
    for line in ready.recv(4096).decode().splitlines():
        if line.startswith("X_NSPAWN_LEADER_PID="):
            leader = line.split("=")[1]
        booted = booted or line == "READY=1"
subprocess.run(["nsenter", "--all", "-t", leader, "true"], check=True)
nspawn.send_signal(signal.SIGTERM)
status = nspawn.wait()
milliseconds = (time.monotonic() - begin) * 1000

os.remove(path)
os.rmdir(folder)
if status not in (0, 133):
    sys.exit(f"systemd-nspawn ended with status {status}")
print(f"{milliseconds:.3f}")
