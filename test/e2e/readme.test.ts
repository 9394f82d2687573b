/** What the README promises first, word for word: one line to a disposable container, the hello container, a shell with a network. */
import { describe, expect, test } from '@jest/globals'
import { must, sh, until } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'
import { withPeer } from './harness/network.ts'
import { commandOn, sectionOf, shown } from './harness/readme.ts'

const oneLine = shown(sectionOf('Try it'), /&& (extra-container shell .*)\n# => demo\n/)
const service = shown(sectionOf('A service with a network of its own'), /```bash\n([\s\S]*?)```/)
const create = shown(service, /^sudo extra-container create[\s\S]*?\nEOF$/m)
const curl = shown(service, /^(curl .*) # Returns 'hello' from the container$/m)
const status = shown(service, /^extra-container status .*$/m)
const destroy = shown(service, /^sudo extra-container destroy .*$/m)
const disposable = sectionOf('A disposable shell')
const shell = shown(disposable, /```bash\n([\s\S]*?)```/)
const greeting = shown(disposable, /```\n(Starting shell\.[\s\S]*?)\n\n\$ h\n/)
const help = shown(disposable, /\n\$ h\n([\s\S]*?)\n\n\$ c /)
const request = shown(disposable, /\n\$ (c curl )example\.com /)

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  const run = (command: string) => sh(host, commandOn(host, command))
  const createSaying = (text: string) => run(create.replace('echo hello', `echo ${text}`))
  const asked = () => host.start(['bash', '-c', `timeout 2 ${curl}`]).finished
  const answers = (text: string) => until(`${curl} gives ${text}`, async () => (await asked()).stdout === `${text}\n`)

  test.each(['a first', 'a second'])('the one line prints the container name and nothing else, %s time', async () => {
    expect(await run(oneLine)).toBe('demo\n')
  })

  test('the hello container answers, is updated in place, and is destroyed', async () => {
    expect(await createSaying('hello')).toMatch(/Installing containers:\ndemo\n[\s\S]*Starting containers:\ndemo\n/)
    await answers('hello')

    const inside = (script: string) => must(host, ['run', 'demo', '--', 'sh', '-c', script])
    await inside('touch /run/not-restarted')
    expect(await createSaying('goodbye')).toMatch(/Updating containers:\ndemo\n/)
    await answers('goodbye')
    await inside('test -e /run/not-restarted')

    expect(await createSaying('goodbye')).toContain('demo (unchanged, skipped)')
    await answers('goodbye')

    expect(await run(status)).toBe('up\n')
    await run(destroy)
    expect((await must(host, ['list'])).stdout).not.toContain('demo')
  })

  test('a container whose firewall opens no port cannot be reached there', async () => {
    await run(create.replace('allowedTCPPorts = [ 50 ]', 'allowedTCPPorts = [ ]'))
    await must(host, ['run', 'demo', '--', 'sh', '-c', 'until echo | nc -N 127.0.0.1 50; do sleep 0.1; done'])
    const { status: timeout } = await asked()
    await run(destroy)
    expect(timeout).toBe(124)
  })

  describe('a disposable shell', () => {
    // It answers with the address that it sees.
    const world = 'echo "got $(c curl --http0.9 --silent --max-time 3 198.51.100.2:8080), status $?"\n'
    const session = (command: string, input: string) =>
      host.start(['bash', '--norc', '-euc', commandOn(host, command)], { input }).finished

    test('tells address and folder, gives h, c, $ip and $name, and reaches the network as the host', async () => {
      await withPeer(host, async () => {
        const lines = `h\n${request} --version\n${world}echo "ip=$ip name=$name"\nexit\n`
        const { status, stdout, stderr } = await session(shell, lines)
        expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining(greeting) })
        expect(stdout).toContain(`${help}\n`)
        expect(stdout).toContain('\ncurl ')
        expect(stdout).toContain('\ngot 198.51.100.1, status 0\nip=10.250.0.2 name=demo\n')
      })
    })

    test('without extra.enableWAN it does not reach the network', async () => {
      await withPeer(host, async () => {
        const { stdout } = await session(shell.replace(/^.*extra\.enableWAN.*\n/m, ''), `${world}exit\n`)
        expect(stdout).toMatch(/got , status (7|28)\n/)
      })
    })
  })
})
