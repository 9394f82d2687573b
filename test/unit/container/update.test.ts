import { expect, test } from '@jest/globals'
import { updateContainers } from '../../../src/container/update.ts'
import type { Engine } from '../../../src/container/with-machines.ts'
import { fakeHost, type Script } from '../../fake-host.ts'

const system = '/nix/store/x-system'
const engine = { manager: { cgroup: '/cg' }, machines: { leader: async () => 70 } } as unknown as Engine
const update = async (disk: Record<string, string>, script: Script = () => ({})) => {
  const host = fakeHost(script, { disk: { '/proc/70/status': 'Name:\tsystemd\nPPid:\t60\n', ...disk } })
  const done = updateContainers(host, engine, [{ name: 'demo', settings: new Map([['SYSTEM_PATH', system]]) }])
  const error = await done.then(
    () => undefined,
    (reason: Error) => reason,
  )
  return { host, error, adds: host.commands.filter((argv) => argv[0] === 'bash' && argv[2] === 'update') }
}
const closure = { '/proc/60/root/run/extra-container/store/paths/x': '' }

test('a container with some store paths gets those of its new system first', async () => {
  const { host, adds, error } = await update(closure)
  expect(error).toBeUndefined()
  expect(adds).toEqual([['bash', `${host.root}/nix/store-paths/store-paths.sh`, 'update', '70', system]])
  expect(host.commands[0]).toEqual(adds[0])
  expect(host.commands.at(-1)?.join(' ')).toContain(`${system}/bin/switch-to-configuration test`)
})

test('one with the whole store does not', async () => {
  expect((await update({})).adds).toEqual([])
})

test('the names that it knows in its zone are written anew, with those of its new system', async () => {
  const zones = '/run/extra-container/zones'
  const given: unknown[] = []
  const { host, adds } = await update(
    { [`${zones}/one/other/own`]: '', [`${zones}/two/demo/own`]: '' },
    (argv, { env }) => {
      if (argv[2] === 'update') given.push(env)
      return {}
    },
  )
  expect(adds).toEqual([['bash', `${host.root}/nix/dialects/nspawn/zone.sh`, 'update']])
  expect(given).toEqual([{ INSTANCE: 'demo', ZONE: 'two', SYSTEM_PATH: system }])
})

test('where they cannot be added nothing is switched', async () => {
  const script: Script = (argv) => (argv[2] === 'update' ? { exitCode: 1, stderr: 'no nix-store' } : {})
  const { host, error } = await update(closure, script)
  expect(error?.message).toContain('The update of "demo" failed')
  expect(host.stderr).toContain('  no nix-store')
  expect(host.commands.some((argv) => argv.join(' ').includes('switch-to-configuration'))).toBe(false)
})

test('what the container prints is no command for the terminal', async () => {
  const script: Script = (argv) => (argv.join(' ').includes('switch-to') ? { stdout: '\x1b]0;x\x07restarting' } : {})
  expect((await update({}, script)).host.stderr).toEqual(['  Updating demo', '  ?]0;x?restarting'])
})
