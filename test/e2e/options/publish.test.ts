/** extra.publish and --publish: ports of the machine that lead to a container's localhost. */
import { describe, expect, test } from '@jest/globals'
import { ec, must, sh, until } from '../harness/commands.ts'
import { hosts } from '../harness/hosts.ts'
import { watchLeftovers } from '../harness/leftovers.ts'
import { ask, inPeer, withPeer } from '../harness/network.ts'
import { withContainers } from './network.ts'

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  // The proxy starts with the first client, and the service inside a moment after the container.
  const answered = (question: string, from: readonly string[] = []) =>
    until(question, async () => (await ask(host, question, from)) === '127.0.0.1')
  const open = () => sh(host, `cat /proc/net/{tcp,udp}* | grep -cE ':6DB[0-2] \\S+ 0[A7] ' || :`)
  const bare = (name: string, options = '') =>
    `{ containers.${name} = { privateNetwork = true; config = { }; ${options} }; }`

  test('answers on localhost and to the LAN, TCP and UDP, as long as the container runs', async () => {
    await withPeer(host, async () => {
      await withContainers(host, 'publish', async () => {
        for (const protocol of ['tcp', 'udp']) {
          for (const address of ['127.0.0.1', '::1']) await answered(`${protocol} ${address} 28080`)
          for (const address of ['198.51.100.1', '2001:db8:51::1']) {
            await answered(`${protocol} ${address} 28080`, inPeer)
          }
        }
        await answered('tcp 127.0.0.1 28081')
        await answered('tcp ::1 28082')
        expect(await ask(host, 'tcp 198.51.100.1 28081', inPeer)).toBe('')
        expect(await ask(host, 'tcp 127.0.0.1 28082')).toBe('')

        await must(host, ['stop', 'test-publish'])
        expect(await open()).toBe('0\n')
        await must(host, ['start', 'test-publish'])
        await answered('udp ::1 28080')

        await sh(host, 'pkill --signal KILL --full "^systemd-nspawn .*--machine=test-publish "')
        await answered('tcp ::1 28080')
        await answered('udp 127.0.0.1 28080')
      })
      expect(await open()).toBe('0\n')
    })
  })

  test('--publish, for a session', async () => {
    const listening = "grep -q ':6DB0 ' /proc/net/tcp6 && grep -q ':6DB1 ' /proc/net/udp && echo both"
    const args = ['--publish', '28080:80', '-p', '127.0.0.1:28081:53/udp', '--run', 'bash', '-c', listening]
    const result = await ec(host, ['shell', '-E', bare('test-publish'), ...args])
    expect(result).toMatchObject({ status: 0, stdout: 'both\n' })
    expect(await open()).toBe('0\n')
  })

  test('a port that is taken is refused before the start', async () => {
    const taken = `
      python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 28080)); print(flush=True); s.accept()' >/tmp/test-port &
      until [[ -s /tmp/test-port ]]; do sleep 0.05; done; rm /tmp/test-port
      "$EC" shell -E '${bare('test-publish')}' --publish 28080:80 --run true || echo "$?"
      kill %1`
    const result = await sh(host, `exec 2>&1; ${taken}`, { env: { EC: `${host.root}/bin/extra-container` } })
    expect(result).toMatch(/"test-publish" wants the tcp port 28080.*has[\s\S]*^1$/m)
    expect(result).not.toContain('Starting')
  })

  test('two containers with one port, no private network, a built definition', async () => {
    const two = bare('test-one', 'extra.publish = [ "28080:80" ];').replace(
      '{',
      '{ containers.test-two = { privateNetwork = true; extra.publish = [ "127.0.0.1:28080:81" ]; config = { }; };',
    )
    const both = await ec(host, ['create', '--start', '-E', two])
    expect(both).toMatchObject({ status: 1, stdout: '' })
    expect(both.stderr).toMatch(/"test-two" wants the tcp port 28080.*"test-one"/)

    const shared = await ec(host, ['create', '-E', '{ containers.test-one.config = { }; }', '-p', '28080:80'])
    expect(shared).toMatchObject({ status: 2, stdout: '' })
    expect(shared.stderr).toMatch(/test-one\.extra\.publish: 28080:80 needs a private network/)

    const path = (await must(host, ['build', '-E', bare('test-one')])).stdout.trim()
    const built = await ec(host, ['create', path, '-p', '28080:80'])
    expect(built).toMatchObject({ status: 2, stdout: '' })
    expect(built.stderr).toMatch(/--publish/)
  })
})
