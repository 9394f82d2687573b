/** The script that adds and removes packet rules of the host, run in a network namespace of its own. */
import { spawnSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { root } from './nix.ts'

/** Runs shell code with the function `forwarding`; `breaks N` makes the next N calls of iptables-restore fail. */
function inNamespace(code: string): string {
  const setup = `set -e
    mount -t tmpfs tmpfs /run; mkdir -p /run/bin /run/extra-container
    cat >/run/bin/iptables-restore <<'end'
#!/bin/bash
read -r left </run/left
if ((left > 0)); then echo $((left - 1)) >/run/left; cat >/dev/null; echo busy >&2; exit 1; fi
exec ${restore} "$@"
end
    chmod +x /run/bin/iptables-restore
    PATH=/run/bin:$PATH
    breaks() { echo "$1" >/run/left; }
    breaks 0
    forwarding() { INSTANCE=demo LOCAL_ADDRESS=10.9.0.2 bash ${root}/nix/network/forwarding.sh "$@" 2>&1; }
    rules() { iptables-save -t filter | grep -c container@demo || :; }
    iptables -P FORWARD DROP
  `
  const { status, stdout, stderr } = spawnSync('unshare', ['--net', '--mount', 'bash', '--norc', '-c', setup + code], {
    encoding: 'utf8',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  })
  if (status !== 0) throw new Error(`exit ${status}: ${stderr}${stdout}`)
  return stdout
}

const restore = spawnSync('bash', ['-c', 'type -P iptables-restore'], {
  encoding: 'utf8',
  env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
}).stdout.trim()

test('rules that cannot be removed at once are removed by another attempt', () => {
  expect(
    inNamespace('forwarding add wan; rules; breaks 2; forwarding remove; rules; ls /run/extra-container/forwarding'),
  ).toBe('3\nbusy\nbusy\n0\n')
})

test('rules that cannot be removed at all stay recorded, and go with the next removal', () => {
  const code = `
    forwarding add wan; breaks 99; forwarding remove | tail -n 1; rules; cat /run/extra-container/forwarding/demo
    breaks 0; forwarding add; rules; forwarding remove; rules; ls /run/extra-container/forwarding`
  expect(inNamespace(code).split('\n')).toEqual([
    "container 'demo': packet rules are left that could not be removed. Remove them: extra-container prune",
    '3',
    'iptables',
    '3',
    '0',
    '',
  ])
})
