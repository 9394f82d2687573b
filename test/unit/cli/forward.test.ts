/** What goes on to a nixos-container that is installed. */
import { expect, test } from '@jest/globals'
import { findNixosContainer } from '../../../src/cli/forward.ts'
import { runCli } from '../../../src/cli/run-cli.ts'
import { fakeHost } from '../../fake-host.ts'

const real = { '/usr/bin/nixos-container': '' }
const env = { PATH: 'relative:/usr/local/bin:/usr/bin' }
const plainConf = { '/etc/nixos-containers/demo.conf': 'PRIVATE_NETWORK=1\nHOST_ADDRESS=10.233.1.1\n' }

test('one of ours is not taken for it, wherever a link to it is', async () => {
  const ours = {
    '/usr/local/bin/nixos-container': { link: '/opt/ec/bin/nixos-container' },
    '/opt/ec/bin/nixos-container': '',
    '/opt/ec/bin/extra-container': '',
  }
  expect(await findNixosContainer(fakeHost(undefined, { env, disk: ours }))).toBeUndefined()
  expect(await findNixosContainer(fakeHost(undefined, { env, disk: { ...ours, ...real } }))).toBe(
    '/usr/bin/nixos-container',
  )
})

test('a command that is unknown goes there with all its words, and gives its status', async () => {
  const host = fakeHost(() => ({ exitCode: 7 }), { env, disk: real })
  expect(await runCli(host, ['frob', 'demo', '--x', '--', '-y'])).toBe(7)
  expect(host.commands).toEqual([['/usr/bin/nixos-container', 'frob', 'demo', '--x', '--', '-y']])
})

test('an unknown option does not, nor anything twice', async () => {
  await expect(runCli(fakeHost(undefined, { env, disk: real }), ['--frob'])).rejects.toThrow('no option "--frob"')
  const again = fakeHost(undefined, { env: { ...env, EXTRA_CONTAINER_FORWARDED: '1' }, disk: real })
  await expect(runCli(again, ['frob'])).rejects.toThrow('no command "frob"')
})

test('without one, the near miss is told', async () => {
  await expect(runCli(fakeHost(undefined, { env }), ['lsit'])).rejects.toThrow('Did you mean list?')
})

test('commands on its containers go there, changes by ours are refused', async () => {
  const host = fakeHost(() => ({ exitCode: 3 }), { env, disk: { ...real, ...plainConf } })
  expect(await runCli(host, ['start', 'demo'])).toBe(3)
  expect(host.commands).toEqual([['/usr/bin/nixos-container', 'start', 'demo']])
  await expect(runCli(host, ['destroy', 'demo'])).rejects.toMatchObject({ exitStatus: 1 })
  await expect(runCli(host, ['update', 'demo'])).rejects.toMatchObject({ exitStatus: 1 })
  expect(host.commands).toHaveLength(1)
})

test('of several names none goes there: nixos-container would take the first alone', async () => {
  const host = fakeHost(() => ({ exitCode: 0 }), { env, disk: { ...real, ...plainConf } })
  await expect(runCli(host, ['stop', 'demo', 'other'])).rejects.toMatchObject({ exitStatus: 1 })
  expect(host.commands).toEqual([])
})
