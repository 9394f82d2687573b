/** Which shell a session opens. */
import { expect, test } from '@jest/globals'
import { OperationError, UsageError } from '../../../src/host/errors.ts'
import { chooseShell, interactive } from '../../../src/shell/user-shell.ts'
import { fakeHost } from '../../fake-host.ts'

const disk = { '/usr/bin/zsh': '', '/bin/bash': '', '/opt/fish': '' }
const choose = (env: Record<string, string>, wanted?: string) =>
  chooseShell(fakeHost(undefined, { disk, env: { PATH: '/bin:/usr/bin', ...env } }), wanted)

test.each<[string, Record<string, string>, string | undefined, { kind: string; file: string }]>([
  ["the caller's", { SHELL: '/usr/bin/zsh' }, undefined, { kind: 'zsh', file: '/usr/bin/zsh' }],
  [
    "that of the caller before sudo, not root's",
    { SHELL: '/bin/bash', EXTRA_CONTAINER_SHELL: '/usr/bin/zsh' },
    undefined,
    { kind: 'zsh', file: '/usr/bin/zsh' },
  ],
  ['the wanted one, by name', { SHELL: '/bin/bash' }, 'zsh', { kind: 'zsh', file: '/usr/bin/zsh' }],
  ['the wanted one, by path', { SHELL: '/bin/bash' }, '/opt/fish', { kind: 'fish', file: '/opt/fish' }],
  ['bash in place of one without helpers', { SHELL: '/bin/dash' }, undefined, { kind: 'bash', file: 'bash' }],
  ['bash in place of one that is gone', { SHELL: '/usr/local/bin/zsh' }, undefined, { kind: 'bash', file: 'bash' }],
  ['bash where there is no SHELL', {}, undefined, { kind: 'bash', file: '/bin/bash' }],
])('opens %s', async (_, env, wanted, shell) => {
  expect(await choose(env, wanted)).toEqual(shell)
})

test('refuses what was asked for and is not there, or has no helpers', async () => {
  await expect(choose({}, 'fish')).rejects.toThrow(
    new OperationError('--shell fish: there is no such program. Install fish.'),
  )
  await expect(choose({}, '/bin/ksh')).rejects.toThrow(UsageError)
})

test('carries the home and the PATH of the caller', () => {
  const env = { HOME: '/root', EXTRA_CONTAINER_HOME: '/home/alice', PATH: '/opt/bin', ZDOTDIR: '/home/alice/zsh' }
  const opened = interactive(fakeHost(undefined, { env }), { kind: 'zsh', file: '/usr/bin/zsh' })
  expect(opened.env).toMatchObject({
    SHELL: '/usr/bin/zsh',
    EXTRA_CONTAINER_HOME: '/home/alice',
    EXTRA_CONTAINER_PATH: '/opt/bin',
    EXTRA_CONTAINER_ZDOTDIR: '/home/alice/zsh',
  })
})
