/** Hosts that run NixOS, told by what they hold: where containers go, and what is said where they cannot. */
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { buildProgram, makeWorld, type World } from './world.ts'

let world: World
beforeAll(async () => void (await buildProgram()), 60_000)
beforeEach(async () => {
  world = await makeWorld()
})
afterEach(() => world.remove())

const legacyHost = `#!/bin/bash
  mkdir -p /run/booted-system /run/current-system/sw/bin /etc/containers /var/lib/containers
  for folder in /run/booted-system /run/current-system /etc/containers /var/lib/containers; do mount -t tmpfs tmpfs $folder; done
  mkdir -p /run/current-system/sw/bin
  echo 21.11 > /run/booted-system/nixos-version
  echo 'my $configDirectory = "/etc/containers";' > /run/current-system/sw/bin/nixos-container`
const conf = 'SYSTEM_PATH=/nix/store/0-system\n'

test('before 22.05: containers are in /etc/containers and /var/lib/containers', async () => {
  await world.write('before', legacyHost, 0o755)
  await world.write('store/0-old/etc/systemd/system/container@demo.service', '[Service]\n')
  await world.write('store/0-old/etc/containers/demo.conf', conf)
  await world.write('etc', '/nix/store/0-old\n')
  const script = `
    "$0" create -s -E x
    readlink /etc/containers/demo.conf /nix/var/nix/gcroots/auto/extra-container-demo.conf
    ls /etc/nixos-containers
    mkdir /var/lib/containers/demo
    "$0" destroy demo && ls -A /etc/containers /var/lib/containers`
  const outcome = await world.run([], { script })
  expect(outcome.stdout.split('\n')).toEqual([
    ...['Installing containers:', 'demo', '', 'Starting containers:', 'demo'],
    ...['/nix/store/0-old/etc/containers/demo.conf', '/etc/containers/demo.conf'],
    ...['/etc/containers:', '', '/var/lib/containers:', ''],
  ])
  expect(outcome.left).toEqual([])
  expect(await world.read('nix-build.args')).toContain(
    '"stateDirectory":"/var/lib/containers","legacyInstallDirs":true',
  )
})

test('before 22.05: what is built for later is refused', async () => {
  const etc = await world.etc({ demo: conf })
  await world.write('before', legacyHost, 0o755)
  const outcome = await world.run(['create', etc])
  expect(outcome).toMatchObject({ status: 2, stdout: '', left: [] })
  expect(outcome.stderr).toContain('`legacyInstallDirs = true`')
})

test('elsewhere what is built for NixOS before 22.05 is refused', async () => {
  await world.write('store/0-old/etc/systemd/system/container@demo.service', '[Service]\n')
  await world.write('store/0-old/etc/containers/demo.conf', conf)
  const outcome = await world.run(['create', '/nix/store/0-old'])
  expect(outcome).toMatchObject({ status: 2, stdout: '', left: [] })
  expect(outcome.stderr).toContain('legacyInstallDirs = false` (default)')
})
