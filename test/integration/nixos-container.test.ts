/** nixos-container's exit statuses and arguments, and what goes on to another nixos-container. */
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { buildProgram, makeWorld, type World } from './world.ts'

let world: World
beforeAll(async () => void (await buildProgram()), 60_000)
beforeEach(async () => {
  world = await makeWorld()
})
afterEach(() => world.remove())

const installed = `mkdir other; printf '#!/bin/sh\\necho "other $*"; exit 9\\n' >other/nixos-container
  chmod +x other/nixos-container; PATH=$PATH:$PWD/other`

test('what is unknown goes to the one that is installed, with its words and its exit status', async () => {
  const outcome = await world.run([], { script: `${installed}; "$0" frob demo --x -- -y` })
  expect(outcome).toMatchObject({ status: 9, stdout: 'other frob demo --x -- -y\n' })
  expect(await world.run(['lsit'])).toMatchObject({ status: 2, stderr: expect.stringContaining('Did you mean list?') })
})

test.each([
  ['destroy nobody', 0, '', ''],
  ['status nobody', 1, 'gone\n', 'not installed'],
  ['start nobody', 1, '', 'not installed'],
  ['frob', 2, '', 'Show all: nixos-container help'],
  ['create demo --what', 2, '', 'no option --what'],
  ['create demo --host-address 10.0.0.1', 2, '', '--local-address'],
  ['--config a create demo --config-file b --flake c', 2, '', 'exclude each other'],
  ['create a/b', 2, '', 'no name for a container'],
])('nixos-container %s: exit status %i', async (args, status, stdout, message) => {
  const outcome = await world.run([], { script: `nixos-container ${args}` })
  expect(outcome).toMatchObject({ status, stdout, stderr: expect.stringContaining(message), left: [] })
})

test('list has every conf, whoever made it', async () => {
  await world.etc({ demo: 'SYSTEM_PATH=/nix/store/0-system\n' })
  const script =
    '"$0" create -E x >/dev/null; echo PRIVATE_NETWORK=1 >/etc/nixos-containers/theirs.conf; nixos-container list'
  expect((await world.run([], { script })).stdout).toBe('demo\ntheirs\n')
})
