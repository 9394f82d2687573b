import { expect, test } from '@jest/globals'
import type { Manager } from '../../../src/machine/manager.ts'
import { nspawn } from '../../../src/machine/nspawn.ts'
import { fakeHost } from '../../fake-host.ts'

const manager = (up: boolean) =>
  ({ running: () => up, enter: (file: string, args: string[]) => ['nsenter', [file, ...args]] }) as unknown as Manager
const unit = '[Service]\nEnvironment="ZONE=home"\nEnvironment="NETWORK=10-vz-home.network"\n'

test.each([
  [true, ['nsenter', 'bash']],
  [false, ['bash']],
])('what its stop commands had to do is done once more where its systemd is, up: %s', async (up, command) => {
  let env: object | undefined
  const host = fakeHost((_, options) => {
    env = options.env
    return {}
  })
  await nspawn.stopped?.(host, manager(up), 'my_web', unit, '/var/lib/machines/my_web')
  expect(host.commands).toEqual([[...command, '/root-of-the-program/nix/dialects/nspawn/stop.sh']])
  expect(env).toMatchObject({
    ...{ INSTANCE: 'my_web', MACHINE: 'my-web', root: '/var/lib/machines/my_web' },
    ...{ ZONE: 'home', NETWORK: '10-vz-home.network', NETWORKD: expect.stringMatching(/networkd\.sh$/) },
  })
})

test('without a network there is none to leave', async () => {
  let env: object | undefined
  const host = fakeHost((_, options) => {
    env = options.env
    return {}
  })
  await nspawn.stopped?.(host, manager(false), 'web', '[Service]\n', '/var/lib/machines/web')
  expect(env).toMatchObject({ NETWORK: '', NETWORKD: '', ZONE: '' })
})
