import { expect, test } from '@jest/globals'
import { readEtc } from '../../../src/container/etc.ts'
import { fakeHost } from '../../fake-host.ts'

const etc = '/nix/store/x/etc'
const unit = `${etc}/systemd/system/container@web.service`
const read = (disk: Record<string, string | { link: string }>) => readEtc(fakeHost(undefined, { disk }), etc)

test.each([
  [{ [`${unit}/folder`]: '' }, `${unit} could not be read. Mend the store: nix-store --verify --repair`],
  [
    { [unit]: { link: '/home/web.service' }, '/home/web.service': '' },
    `${unit} is not in the Nix store. Give a store path`,
  ],
  [{ [unit]: '' }, `${etc}/nixos-containers/web.conf does not exist`],
])('a file that is none: %j', async (disk, message) => {
  await expect(read(disk)).rejects.toThrow(message)
})
