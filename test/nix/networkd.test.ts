/** The script that lets networkd serve containers, with stand-ins for systemd, in a mount namespace of its own. */
import { spawnSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { root } from './nix.ts'

test('a container that joins while the last one leaves waits, and finds its folder', () => {
  const code = `set -e
    mount -t tmpfs tmpfs /run
    mkdir /run/bin
    printf '#!/bin/sh\\n[ "$1" != stop ] || sleep 0.5\\n' | tee /run/bin/systemctl >/run/bin/networkctl
    chmod +x /run/bin/*
    PATH=/run/bin:$PATH
    networkd() { INSTANCE=$2 NETWORK=10-x.network bash ${root}/nix/dialects/nspawn/networkd.sh "$1"; }
    networkd join a
    networkd leave a &
    sleep 0.2
    networkd join b
    wait
    ls /run/extra-container/networkd/containers`
  const { status, stdout, stderr } = spawnSync('unshare', ['--mount', 'bash', '--norc', '-c', code], {
    encoding: 'utf8',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  })
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'b\n', stderr: '' })
})
