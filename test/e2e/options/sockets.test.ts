/** extra.loginSocket and extra.rootShellSocket. */
import { afterEach, describe, expect, test } from '@jest/globals'
import { ec, must, sh } from '../harness/commands.ts'
import { hosts } from '../harness/hosts.ts'
import { watchLeftovers } from '../harness/leftovers.ts'

const folder = '/var/lib/nixos-containers/test-sockets/var/lib'

describe.each(hosts)('on $name', (host) => {
  afterEach(async () => {
    await ec(host, ['destroy', 'test-sockets'])
  })
  watchLeftovers(host)

  const create = (options: string) =>
    must(host, ['create', '--start', '-E', `{ containers.test-sockets = { config = { }; ${options} }; }`])
  /** Connects and types each line once the one before had its time. */
  const type = (socket: string, lines: readonly string[]) =>
    sh(
      host,
      `{ for line in "$@"; do sleep 0.7; printf '%s\\n' "$line"; done; sleep 0.7; } | {
         if command -v socat >/dev/null; then socat -t 3 - "unix:${folder}/${socket}"; else nc -U -q 3 "${folder}/${socket}"; fi
       }`.replace('"$@"', lines.map((line) => `'${line}'`).join(' ')),
    )

  test('there are none by default', async () => {
    await create('')
    await sh(host, `[[ ! -e ${folder}/login.socket && ! -e ${folder}/root-shell.socket ]]`)
  })

  test('root-shell.socket: commands of root, and only of root', async () => {
    await create('extra.rootShellSocket = true;')
    expect(await type('root-shell.socket', ['hostname; id -u', 'exit'])).toBe('test-sockets\n0\n')
    expect(await sh(host, `stat -c %a:%u ${folder}/root-shell.socket`)).toBe('600:0\n')
    const connect = `require("net").connect("${folder}/root-shell.socket").on("error", (e) => console.log(e.code))`
    expect(await sh(host, `setpriv --reuid 65534 --clear-groups node -e '${connect}'`)).toBe('EACCES\n')
    // Connections after the first, and the container's end while one is open.
    expect(await type('root-shell.socket', ['echo again', 'exit'])).toBe('again\n')
    const open = host.start(['sh', '-c', `sleep 1000 | nc -U ${folder}/root-shell.socket`])
    await must(host, ['stop', 'test-sockets'])
    open.signalGroup('SIGKILL')
    await open.finished
  })

  test('login.socket: a login with a password, on a terminal', async () => {
    await create(`extra.loginSocket = true;
      config.users.users.alice = { isNormalUser = true; initialPassword = "secret"; };`)
    const right = await type('login.socket', ['alice', 'secret', 'tty; echo uid $(id -u)', 'exit'])
    expect(right).toMatch(/login: /)
    expect(right).toMatch(/\/dev\/pts\/\d/)
    expect(right).toMatch(/uid [1-9]\d+/)
    expect(right).not.toContain('secret')
  })
})
