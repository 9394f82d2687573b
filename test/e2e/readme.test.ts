/** What the README promises first: one line to a disposable container, the hello container, a shell with a network. */
import { describe, expect, test } from '@jest/globals'
import { ec, must, sh, startEc, until } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'
import { withPeer } from './harness/network.ts'

const hello = (text: string): string => `{
  containers.demo = {
    privateNetwork = true;
    hostAddress = "10.250.0.1";
    localAddress = "10.250.0.2";

    config = { pkgs, ... }: {
      systemd.services.hello = {
        wantedBy = [ "multi-user.target" ];
        script = ''
          while true; do
            echo ${text} | \${pkgs.netcat}/bin/nc -lN 50
          done
        '';
      };
      networking.firewall.allowedTCPPorts = [ 50 ];
    };
  };
}
`

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  const answers = (text: string) =>
    until(`10.250.0.2:50 answers ${text}`, async () => {
      const { stdout } = await host.start(['curl', '--http0.9', '--silent', '--max-time', '2', '10.250.0.2:50'])
        .finished
      return stdout === `${text}\n`
    })

  test.each(['a first', 'a second'])('the one line prints the container name and nothing else, %s time', async () => {
    const args = ['shell', '-E', '{ containers.demo.config = {}; }', '--run', 'c', 'hostname']
    expect(await ec(host, args)).toMatchObject({ status: 0, stdout: 'demo\n' })
  })

  test('the hello container answers, is updated in place, and is destroyed', async () => {
    const created = await must(host, ['create', '--start'], { input: hello('hello') })
    expect(created.stdout).toMatch(/Installing containers:\ndemo\n[\s\S]*Starting containers:\ndemo\n/)
    await answers('hello')

    const inside = (script: string) =>
      sh(host, `${host.root}/bin/extra-container run demo -- sh -c "$SCRIPT"`, { env: { SCRIPT: script } })
    await inside('touch /run/not-restarted')
    const updated = await must(host, ['create', '--start'], { input: hello('goodbye') })
    expect(updated.stdout).toMatch(/Updating containers:\ndemo\n/)
    await answers('goodbye')
    await inside('test -e /run/not-restarted')

    const unchanged = await must(host, ['create', '--start'], { input: hello('goodbye') })
    expect(unchanged.stdout).toContain('demo (unchanged, skipped)')
    await answers('goodbye')

    expect((await must(host, ['status', 'demo'])).stdout).toBe('up\n')
    await must(host, ['destroy', 'demo'])
    expect((await must(host, ['list'])).stdout).not.toContain('demo')
  })

  test('a container whose firewall opens no port cannot be reached there', async () => {
    const closed = hello('hello').replace('allowedTCPPorts = [ 50 ]', 'allowedTCPPorts = [ ]')
    await must(host, ['create', '--start'], { input: closed })
    await must(host, ['run', 'demo', '--', 'sh', '-c', 'until echo | nc -N 127.0.0.1 50; do sleep 0.1; done'])
    const { status } = await host.start(['curl', '--http0.9', '--silent', '--max-time', '2', '10.250.0.2:50']).finished
    await must(host, ['destroy', 'demo'])
    expect(status).toBe(28)
  })

  describe('with the world behind the host', () => {
    const shell = (extra: string, ...run: string[]) =>
      ec(host, ['shell', '-E', `{ containers.demo = { ${extra} config = {}; }; }`, '--run', ...run])
    const get = ['c', 'curl', '--http0.9', '--silent', '--max-time', '3', 'http://198.51.100.2:8080/']

    test('extra.enableWAN lets the container reach it, seen as the host', async () => {
      await withPeer(host, async () => {
        const result = await shell('extra.addressPrefix = "10.250.0"; extra.enableWAN = true;', ...get)
        expect(result).toMatchObject({ status: 0, stdout: '198.51.100.1\n' })
      })
    })

    test('without extra.enableWAN it cannot', async () => {
      await withPeer(host, async () => {
        expect((await shell('extra.addressPrefix = "10.250.0";', ...get)).status).not.toBe(0)
      })
    })
  })

  test('the shell tells address and folder, and gives h, c, $ip and $name', async () => {
    const definition = '{ containers.demo = { extra.addressPrefix = "10.250.0"; config = {}; }; }'
    const shell = startEc(host, ['shell', '-E', definition], {
      input: 'h\nc hostname\necho "ip=$ip name=$name"\nexit 0\n',
    })
    const { status, stdout, stderr } = await shell.finished
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('Container address: 10.250.0.2 ($ip)')
    expect(stdout).toContain('Container filesystem: /var/lib/nixos-containers/demo')
    expect(stdout).toMatch(/^demo$/m)
    expect(stdout).toContain('ip=10.250.0.2 name=demo')
  })
})
