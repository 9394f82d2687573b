/** Generations: each change of a container is one, and can be gone back to. */
import { describe, expect, test } from '@jest/globals'
import { ec, must, sh, startEc } from './harness/commands.ts'
import { hosts, testHost } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

const service = (name: string, script: string) =>
  `systemd.services.${name} = { wantedBy = [ "multi-user.target" ]; script = "${script}"; };`
const demo = (prefix: string, config: string, more = '') =>
  `{ containers.demo = { extra.addressPrefix = "${prefix}"; ${more} config = { pkgs, ... }: { ${config} }; }; }`

interface List {
  profile: string
  generations: { number: number; current: boolean; path: string; changes: Record<string, unknown>[] | null }[]
}

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  const create = (text: string, ...flags: string[]) => must(host, ['create', ...flags, '-E', text])
  const generations = (...args: string[]) => ec(host, ['generations', ...args])
  const list = async (name = 'demo'): Promise<List> =>
    JSON.parse((await must(host, ['generations', 'list', name, '--json'])).stdout)
  const current = async () => (await list()).generations.filter((one) => one.current).map(({ number }) => number)
  const inside = async (script: string) => (await must(host, ['run', 'demo', '--', 'sh', '-c', script])).stdout
  const address = async () => (await must(host, ['show-ip', 'demo'])).stdout.trim()
  // Elsewhere than on the test host the store may hold other people's garbage.
  const dead = () => sh(host, host === testHost ? 'nix-store --gc 2>&1' : 'nix-store --gc --print-dead 2>/dev/null')

  test('list, rollback, switch, delete; the garbage collector keeps what is listed', async () => {
    const one = service('same', 'exec sleep 1000') + service('other', 'echo one; exec sleep 1000')
    const two =
      service('same', 'exec sleep 1000') +
      service('other', 'echo two; exec sleep 1000') +
      service('added', 'exec sleep 1000') +
      'environment.systemPackages = [ (pkgs.writeShellScriptBin "of-two" "echo two") ];'
    await create(demo('10.250.0', one), '--start')
    await create(demo('10.250.0', two), '--update-changed')
    expect((await create(demo('10.250.0', two), '--start')).stdout).toContain('unchanged')
    await create(demo('10.250.1', two), '--update-changed')
    const { generations: all, profile } = await list()
    expect(profile).toBe('/nix/var/nix/profiles/extra-container/demo')
    expect(all.map(({ number, current }) => [number, current])).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ])
    expect(all[0]?.changes).toBeNull()
    expect(all[1]?.changes).toEqual([
      { what: 'unit', name: 'added.service', how: 'added', before: null, after: null },
      { what: 'unit', name: 'other.service', how: 'changed', before: null, after: null },
      { what: 'package', name: 'of-two', how: 'added', before: null, after: '' },
    ])
    expect(all[2]?.changes).toContainEqual({
      what: 'container',
      name: 'LOCAL_ADDRESS',
      how: 'changed',
      before: '10.250.0.2',
      after: '10.250.1.2',
    })
    const text = (await must(host, ['generations', 'demo'])).stdout
    expect(text).toMatch(/^ {3}1 {3}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n {3}2 /)
    expect(text).toContain('units added: added.service\n')
    expect(text).toMatch(/^ {3}3 .*\(current\)$/m)

    // Other container options: a restart.
    await inside('touch /run/mark')
    expect(await generations('rollback', 'demo')).toMatchObject({ status: 0, stdout: '' })
    expect([await current(), await address()]).toEqual([[2], '10.250.0.2'])
    expect(await inside('ls /run/mark 2>&1 || :; of-two')).toMatch(/No such file[^\n]*\ntwo\n$/)
    // Another system alone: in place.
    const pid = () => inside('systemctl show --property MainPID same')
    const before = await pid()
    expect(await generations('switch', 'demo', '1')).toMatchObject({ status: 0 })
    expect([await current(), await pid()]).toEqual([[1], before])
    expect(await inside('systemctl is-active added || :; command -v of-two || echo none')).toBe('inactive\nnone\n')

    expect(await generations('switch', 'demo', '7')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no generation 7. There are: 1, 2, 3'),
    })
    expect(await generations('rollback', 'demo')).toMatchObject({ status: 1 })
    expect(await generations('delete', 'demo', '2', '1')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('Generation 1 of container "demo" is the current one'),
    })
    const system = await sh(host, `sed -n s/^SYSTEM_PATH=//p ${profile}-2-link/etc/nixos-containers/demo.conf`)
    expect(system).toMatch(/^\/nix\/store\//)
    expect(await dead()).not.toContain(system.trim())
    // What was made lately was current lately.
    expect(await generations('delete', 'demo', '1d')).toMatchObject({ status: 0 })
    await sh(host, `touch -h -d '9 days ago' ${profile}-2-link; touch -h -d '8 days ago' ${profile}-3-link`)
    expect((await generations('delete', 'demo', '7d')).stderr).toContain('demo: 2\n')
    expect(await generations('delete', 'demo', 'old')).toMatchObject({ status: 0 })
    expect((await list()).generations.map(({ number }) => number)).toEqual([1])
    // It is what the container was started with.
    await must(host, ['restart', 'demo'])
    expect(await dead()).toContain(system.trim())
    expect(await sh(host, 'readlink /nix/var/nix/gcroots/auto/*')).toContain(`${profile}-1-link`)
    await must(host, ['destroy', 'demo'])
    expect(await sh(host, 'readlink /nix/var/nix/gcroots/auto/* || :')).not.toContain(profile)
    expect(await generations('demo')).toMatchObject({ status: 1, stderr: expect.stringContaining('not installed') })
  })

  test('one that does not start, or cannot be switched to, leaves the container at the one before', async () => {
    const bad = `systemd.services.bad = { wantedBy = [ "multi-user.target" ]; serviceConfig.Type = "oneshot"; script = "echo why; exit 3"; };`
    await create(demo('10.250.0', ''))
    await create(demo('10.250.0', bad))
    await create(demo('10.250.0', '', 'extraFlags = [ "--bind=/no/such/folder" ];'))
    // Down, it is only installed.
    await must(host, ['generations', 'switch', 'demo', '1'])
    expect((await ec(host, ['status', 'demo'])).stdout).toBe('down\n')
    await must(host, ['start', 'demo'])
    const failed = async (number: string) => {
      const result = await generations('switch', 'demo', number)
      expect(result).toMatchObject({ status: 1, stdout: '' })
      expect(result.stderr).toContain(`could not be switched to generation ${number}, and is generation 1 again`)
      expect((await ec(host, ['status', 'demo'])).stdout).toBe('up\n')
      expect(await current()).toEqual([1])
      expect(await inside('systemctl cat bad 2>/dev/null || echo none')).toBe('none\n')
      return result.stderr
    }
    expect(await failed('2')).toMatch(/bad\.service[\s\S]*why/)
    expect(await failed('3')).toContain('/no/such/folder')
    await must(host, ['destroy', 'demo'])
  })

  test('a command that is killed leaves a list that the next one completes', async () => {
    const text = (mark: number) => `{ containers.demo.config.environment.etc.mark.text = "${mark}"; }`
    for (let round = 0; round < 4; round++) {
      const command = startEc(host, ['create', '-E', text(round)])
      await new Promise((resolve) => setTimeout(resolve, 150 + round * 90))
      command.signalGroup('SIGKILL')
      await command.finished
      await create(text(round))
      const { generations: all } = await list()
      expect(all.find((one) => one.current)?.number).toBe(all.length)
      expect(await sh(host, 'realpath /etc/nixos-containers/demo.conf')).toContain(all.at(-1)?.path)
    }
    await must(host, ['destroy', 'demo'])
    // A build that was killed.
    await must(host, ['prune'])
    await sh(host, 'ln -s /nix/store /nix/var/nix/profiles/extra-container/test-gone-1-link')
    expect((await must(host, ['prune'])).stdout).toContain('generations of container test-gone, which is gone\n')
    await must(host, ['prune'])
  })

  test("containers of nixos-container: their system's own profile", async () => {
    const nc = (...args: string[]) => host.start([`${host.root}/bin/nixos-container`, ...args]).finished
    const config = (mark: string) => ['--config', `environment.etc.mark.text = "${mark}";`]
    expect(await nc('create', 'demo', ...config('one'))).toMatchObject({ status: 0 })
    expect(await nc('update', 'demo', ...config('two'))).toMatchObject({ status: 0 })
    await must(host, ['start', 'demo'])
    expect(await list()).toMatchObject({ profile: '/nix/var/nix/profiles/per-container/demo/system', of: 'system' })
    await must(host, ['generations', 'rollback', 'demo'])
    expect([await current(), await inside('cat /etc/mark')]).toEqual([[1], 'one'])
    await must(host, ['generations', 'delete', 'demo', 'old'])
    expect((await list()).generations.length).toBe(1)
    await must(host, ['destroy', 'demo'])
  })
})
