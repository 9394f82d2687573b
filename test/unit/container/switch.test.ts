import { expect, test } from '@jest/globals'
import type { Held } from '../../../src/container/lock.ts'
import { switchContainer } from '../../../src/container/switch.ts'
import type { Engine } from '../../../src/container/with-machines.ts'
import { fakeHost } from '../../fake-host.ts'

test('a generation that cannot be read is named, and nothing is done', async () => {
  const gone = { number: 3, made: 0, current: false, path: '/nix/store/gone' }
  const host = fakeHost()
  await expect(switchContainer(host, {} as Engine, {} as Held, 'web', '/profiles/web', gone)).rejects.toThrow(
    'Generation 3 of container "web" cannot be read: /nix/store/gone. Choose another: extra-container generations web',
  )
  expect(host.commands).toEqual([])
})
