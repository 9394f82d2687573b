/** --here: whose the working directory is, and where it is refused. */
import { describe, expect, test } from '@jest/globals'
import { callerHere } from '../../../src/shell/here.ts'
import { fakeHost } from '../../fake-host.ts'

const disk = {
  '/etc/passwd': 'root:x:0:0::/root:/bin/sh\nalice:x:1234:500::/home/alice:/bin/bash\n',
  '/etc/group': 'root:x:0:\nstaff:x:500:\n',
  '/home/alice/src/x': '',
  '/srv/project/x': '',
}
const sudo = { SUDO_USER: 'alice', SUDO_UID: '1234', SUDO_GID: '500' }
const here = (cwd: string, env: Record<string, string> = sudo) => callerHere(fakeHost(undefined, { disk, cwd, env }))

test('the caller is who called sudo', async () => {
  expect(await here('/home/alice/src')).toEqual({
    path: '/home/alice/src',
    user: 'alice',
    uid: 1234,
    group: 'staff',
    gid: 500,
    home: '/home/alice',
  })
})

test('without sudo it is root', async () => {
  expect(await here('/srv/project', {})).toMatchObject({ user: 'root', uid: 0, gid: 0 })
})

test('a user whom only a directory service knows has a name too', async () => {
  const env = { SUDO_USER: 'bob', SUDO_UID: '4321', SUDO_GID: '4321' }
  expect(await here('/srv/project', env)).toMatchObject({ user: 'bob', group: 'group4321', home: '/home/bob' })
})

describe('refused is', () => {
  test.each(['/home/alice', '/home'])('%s: the home folder', async (cwd) => {
    await expect(here(cwd)).rejects.toThrow('--here would show your whole home folder /home/alice')
  })
  test.each(['/', '/etc', '/nix', '/proc/1', '/tmp'])("%s: the container's own", async (cwd) => {
    await expect(here(cwd)).rejects.toThrow('which a container has of its own')
  })
  test('a folder that was removed', async () => {
    await expect(here('/srv/gone')).rejects.toThrow('does not exist any more')
  })
})
