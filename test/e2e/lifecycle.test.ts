/** list, start, stop, restart, update in place, destroy, and what the garbage collector may take. */
import { describe, expect, test } from '@jest/globals'
import { ec, must, sh } from './harness/commands.ts'
import { hosts, testHost } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

const definition = '{ containers.demo.config = {}; }'
const network = (config: string): string =>
  `{ containers.demo = { extra.addressPrefix = "10.250.0"; config = { ${config} }; }; }`

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  const create = (text: string, ...flags: string[]) => must(host, ['create', ...flags, '-E', text])
  const inside = async (script: string) => (await must(host, ['run', 'demo', '--', 'sh', '-c', script])).stdout

  test('start, status, stop', async () => {
    await create(definition)
    await must(host, ['start', 'demo'])
    expect((await must(host, ['status', 'demo'])).stdout).toBe('up\n')
    await must(host, ['start', 'demo'])
    await must(host, ['stop', 'demo'])
    expect((await ec(host, ['status', 'demo'])).stdout).toBe('down\n')
    await must(host, ['stop', 'demo'])
    await must(host, ['destroy', 'demo'])
  })

  test('restart works every time, also with a network', async () => {
    await create(network(''), '--start')
    const begun = new Set<string>()
    for (let round = 0; round < 10; round++) {
      await must(host, ['restart', 'demo'])
      begun.add(await inside('cut -d " " -f 22 /proc/1/stat'))
    }
    expect(begun.size).toBe(10)
    expect((await must(host, ['show-ip', 'demo'])).stdout).toBe('10.250.0.2\n')
    await must(host, ['destroy', 'demo'])
  })

  test('an update restarts only the services that changed', async () => {
    const service = (name: string, text: string) =>
      `systemd.services.${name} = { wantedBy = [ "multi-user.target" ]; script = "echo ${text}; exec sleep 1000"; };`
    const pid = (name: string) => inside(`systemctl show --property MainPID ${name}`)
    await create(network(service('one', 'a') + service('two', 'a')), '--start')
    const [one, two] = [await pid('one'), await pid('two')]
    await create(network(service('one', 'a') + service('two', 'b')), '--update-changed')
    expect(await pid('one')).toBe(one)
    expect(await pid('two')).not.toBe(two)
    await create(network(service('one', 'a')), '--update-changed')
    expect(await inside('systemctl is-active two || true')).toBe('inactive\n')
    await must(host, ['destroy', 'demo'])
  })

  test('a change of container options restarts, and --restart-changed always does', async () => {
    await create(network(''), '--start')
    const marked = async (flag: string, text: string) => {
      await inside('touch /run/mark')
      const { stdout } = await create(text, flag)
      return { stdout, mark: await inside('test -e /run/mark && echo kept || echo gone') }
    }
    expect(await marked('-u', network('environment.etc.x.text = "x";'))).toMatchObject({ mark: 'kept\n' })
    const restarted = await marked('-r', network('environment.etc.x.text = "y";'))
    expect(restarted).toMatchObject({ mark: 'gone\n' })
    expect(restarted.stdout).toMatch(/Restarting containers:\ndemo\n/)
    const changed = network('environment.etc.x.text = "y";').replace('10.250.0', '10.250.1')
    expect(await marked('-u', changed)).toMatchObject({ mark: 'gone\n' })
    expect((await must(host, ['show-ip', 'demo'])).stdout).toBe('10.250.1.2\n')
    await must(host, ['destroy', 'demo'])
  })

  test('files in the container stay over a restart, and go with destroy', async () => {
    await create(definition, '--start')
    await inside('echo kept >/root/file; mkdir -p /var/empty; chattr +i /var/empty 2>/dev/null || :')
    await must(host, ['restart', 'demo'])
    expect(await inside('cat /root/file')).toBe('kept\n')
    await must(host, ['destroy', 'demo'])
    await create(definition, '--start')
    expect(await inside('ls -A /root/file || true')).toBe('')
    await must(host, ['destroy', 'demo'])
  })

  test('destroy takes a container that runs with processes, mounts and a session in it', async () => {
    await create(network(''), '--start')
    await inside('mount -t tmpfs tmpfs /mnt; setsid sleep 1000 </dev/null >/dev/null 2>&1 &')
    const session = host.start([`${host.root}/bin/extra-container`, 'run', 'demo', '--', 'sleep', '1000'])
    await inside('until pgrep -x sleep >/dev/null; do sleep 0.1; done')
    await must(host, ['destroy', 'demo'])
    expect((await session.finished).status).not.toBe(0)
  })

  test('destroy --all takes all of ours and nothing else', async () => {
    await create('{ containers.demo1.config = {}; containers.demo2.config = {}; containers.demo3.config = {}; }', '-s')
    await sh(host, 'mkdir -p /etc/nixos-containers; echo PRIVATE_NETWORK=0 >/etc/nixos-containers/not-ours.conf')
    await must(host, ['destroy', '--all'])
    expect((await must(host, ['list'])).stdout).toBe('')
    await sh(host, 'rm /etc/nixos-containers/not-ours.conf')
  })

  test('list, restart and destroy name a container that is not there', async () => {
    expect(await must(host, ['list'])).toMatchObject({ stdout: '' })
    for (const command of ['restart', 'destroy', 'start', 'stop']) {
      const result = await ec(host, [command, 'no-such'])
      expect(result.status).toBe(1)
      expect(result.stderr).toContain('no-such')
    }
  })

  test('the garbage collector keeps what an installed container needs, and may take it afterwards', async () => {
    await create('{ containers.demo.config.environment.etc.unique.text = "of this test"; }')
    const system = await sh(host, 'sed -n s/^SYSTEM_PATH=//p /etc/nixos-containers/demo.conf')
    // Elsewhere than on the test host the store may hold other people's garbage.
    const dead = () => sh(host, host === testHost ? 'nix-store --gc 2>&1' : 'nix-store --gc --print-dead 2>/dev/null')
    expect(system).toMatch(/^\/nix\/store\//)
    expect(await dead()).not.toContain(system.trim())
    await must(host, ['start', 'demo'])
    expect(await inside('cat /etc/unique')).toBe('of this test')
    await must(host, ['destroy', 'demo'])
    expect(await dead()).toContain(system.trim())
  })
})
