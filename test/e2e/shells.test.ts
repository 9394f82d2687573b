/** `shell` with zsh and fish: the caller's own configuration, and the same helpers as in bash. The test host has neither. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ec, sh } from './harness/commands.ts'
import { hosts, testHost } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

const definition = '{ containers.demo.config = {}; }'
const home = '/tmp/ec-test-home'
const files = `
  mkdir -p ${home}/.config/fish/conf.d ${home}/dots
  echo 'export ZDOTDIR=~/dots; export FROM_ENV=zshenv' >${home}/.zshenv
  echo 'PROMPT="own prompt> "; alias greet="echo hello from"; alias c=false; PATH=/bin' >${home}/dots/.zshrc
  cat >${home}/.config/fish/config.fish <<'END'
function fish_prompt; echo -n 'own prompt> '; end
function greet; echo hello from $argv; end
function c; false; end
set PATH /bin
END
  echo 'set -gx FROM_ENV conf.d' >${home}/.config/fish/conf.d/own.fish
`

describe.each(hosts.filter((host) => host !== testHost))('on $name', (host) => {
  watchLeftovers(host)
  beforeAll(() => sh(host, files))
  afterAll(() => sh(host, `rm -r ${home}`))

  const open = (args: string[], env: Record<string, string>) =>
    host.open([`${host.root}/bin/extra-container`, 'shell', '-E', definition, ...args], {
      env: { EXTRA_CONTAINER_HOME: home, ...env },
    })

  test.each([
    { kind: 'zsh', args: [], env: { SHELL: '/usr/bin/zsh' }, status: '$?', own: 'zshenv' },
    { kind: 'fish', args: ['--shell', 'fish'], env: { SHELL: '/bin/bash' }, status: '$status', own: 'conf.d' },
  ] as const)(
    "$kind has the caller's prompt, aliases and PATH, and the helpers",
    async ({ args, env, status, own }) => {
      const shell = open([...args], { ...env })
      await shell.shows('own prompt> ')
      shell.type('greet "$name $HOME $FROM_ENV $PATH"\r')
      await shell.shows(new RegExp(`hello from demo /root ${own} /usr/local/sbin.*\\r\\n`))
      await shell.shows('own prompt> ')
      shell.type('h\r')
      await shell.shows('Container filesystem: /var/lib/nixos-containers/demo')
      await shell.shows('own prompt> ')
      shell.type(`c -w /etc sh -c 'pwd; tty; exit 5'; echo "status ${status}"\r`)
      await shell.shows(/\/etc\r\n\/dev\/pts\/\d+\r\n.*status 5\r\n/)
      await shell.shows('own prompt> ')
      shell.type('echo "to and fro" | c cat | tr a-z A-Z; bash -c "c hostname"\r')
      await shell.shows(/TO AND FRO\r\n.*demo\r\n/)
      await shell.shows('own prompt> ')
      shell.type('c sh -c "echo be""fore; sleep 62"\r')
      await shell.shows('before')
      shell.type('\x03')
      await shell.shows('own prompt> ')
      shell.type('exit 7\r')
      expect(await shell.ended).toBe(7)
    },
  )

  test.each(['zsh', 'fish'])('%s: the terminal is closed, SIGTERM: destroyed', async (kind) => {
    const closed = open(['--shell', kind], {})
    await closed.shows('own prompt> ')
    closed.close()
    await closed.ended
    const told = open(['--shell', `/usr/bin/${kind}`], {})
    await told.shows('own prompt> ')
    told.signal('SIGTERM')
    expect(await told.ended).toBe(143)
  })

  test.each([
    [['--shell', 'ksh'], 2, 'bash, zsh, fish'],
    [['--shell', '/no/such/zsh'], 1, '/no/such/zsh'],
    [['--shell', 'zsh', '--run', 'true'], 2, '--run'],
  ])('%p is refused', async (args, status, message) => {
    const result = await ec(host, ['shell', '-E', definition, ...args])
    expect(result).toMatchObject({ status, stdout: '' })
    expect(result.stderr).toContain(message)
  })
})
