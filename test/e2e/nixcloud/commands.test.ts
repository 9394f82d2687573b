/** The life of containers by nixcloud-container's commands, in the order in which a user lives through it. */
import { afterEach, describe, expect, test } from '@jest/globals'
import { ec, sh } from '../harness/commands.ts'
import { hosts, type TestHost } from '../harness/hosts.ts'
import { watchLeftovers } from '../harness/leftovers.ts'
import { pings } from '../harness/network.ts'

const name = 'test-web'
const folder = '/tmp/test-nixcloud'
const home = `/var/lib/lxc/${name}/rootfs/home/tester`

/** A unit of a normal user writes a file of that name. */
const service = (mark: string) => `{
  configuration = { pkgs, ip, name, ... }: {
    users.users.tester.isNormalUser = true;
    environment.etc.arguments.text = "\${name} \${ip}";
    systemd.services.mark = {
      wantedBy = [ "multi-user.target" ];
      serviceConfig.User = "tester";
      script = "touch /home/tester/${mark}; exec sleep 1000";
    };
    systemd.services.other = {
      wantedBy = [ "multi-user.target" ];
      script = "exec sleep 1000";
    };
  };
}`

const prepare = async (host: TestHost, files: Record<string, string>) => {
  for (const [file, text] of Object.entries(files)) {
    await sh(host, `mkdir -p ${folder}; cat >${folder}/${file}.nix`, { input: text })
  }
}

describe.each(hosts)('on $name', (host) => {
  const nc = (...args: string[]) => host.start([`${host.root}/bin/nixcloud-container`, ...args]).finished
  /** Fails with what it printed where its exit status is not 0. Gives its standard output. */
  const done = async (...args: string[]) => {
    const { status, stdout, stderr } = await nc(...args)
    if (status !== 0)
      throw new Error(`Exit status ${status} of nixcloud-container ${args.join(' ')}\n${stdout}${stderr}`)
    return stdout
  }

  const marked = (mark: string) =>
    sh(host, `for i in {100..0}; do test -f ${home}/${mark} && exit; sleep 0.1; done; exit 1`)
  /** Their numbers. */
  const generations = async () =>
    [...(await done('list-generations', name)).matchAll(/^ *(\d+) .*?( \(current\))?$/gm)].map(
      ([, number, current = '']) => number + current,
    )

  afterEach(async () => {
    const names = (await nc('list')).stdout.split('\n').filter((line) => line.startsWith('test-'))
    if (names.length > 0) await ec(host, ['destroy', ...names])
    await sh(host, `rm -rf ${folder}; rmdir --ignore-fail-on-non-empty /etc/nixos-containers 2>/dev/null || :`)
  })
  watchLeftovers(host)

  test('from an empty list to an empty list', async () => {
    await prepare(host, { one: service('one'), two: service('two'), three: service('three') })
    expect(await done('list')).toBe('')
    expect(await nc('exists', name)).toMatchObject({
      status: 1,
      stdout: `container with name ${name} does not exist.\n`,
    })

    await done('create', name, `${folder}/one.nix`)
    expect(await done('list')).toBe(`${name}\n`)
    expect(await done('exists', name)).toBe(`container with name ${name} does exist.\n`)
    expect(await done('state', name)).toBe('STOPPED\n')
    expect(await done('show-ip', name)).toBe('10.101.0.2\n')
    expect((await ec(host, ['list', '--json'])).stdout).toContain(JSON.stringify({ name, kind: 'lxc' }))
    expect(await nc('create', name, `${folder}/one.nix`)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('already exists'),
    })

    expect(await done('start', name)).toBe('')
    expect(await done('state', name)).toBe('RUNNING\n')
    await marked('one')
    expect(await done('run', name, 'cat', '/etc/arguments')).toBe(`${name} 10.101.0.2`)
    expect(await pings(host, '10.101.0.2')).toBe(true)
    expect(await pings(host, '10.101.0.1', name)).toBe(true)

    const terminal = host.open([`${host.root}/bin/nixcloud-container`, 'login', name])
    await terminal.shows(/[#$] /)
    terminal.type('tty; id -un | tr a-z A-Z; stty size; exit 7\r')
    await terminal.shows(/\/dev\/(pts\/\d|console)/)
    await terminal.shows('ROOT')
    await terminal.shows('40 100')
    expect(await terminal.ended).toBe(7)
    const attached = host.open([
      `${host.root}/bin/nixcloud-container`,
      'login',
      name,
      '-l',
      '-v WORD=parameter --clear-env',
    ])
    await attached.shows(/[#$] /)
    attached.type('echo "my $WORD"; exit\r')
    await attached.shows('my parameter')
    expect(await attached.ended).toBe(0)

    expect(await done('start', name)).toBe('Container is already running.\n')
    expect((await done('run', name, 'cat', '/proc/self/uid_map')).trim().split(/\s+/)[0]).toBe('0')
    expect(Number(await sh(host, `stat -c %u ${home}/one`))).toBeGreaterThan(100_000)
    expect(await sh(host, `ps -eo uid,args`)).toMatch(/^ *1\d{5} .*(systemd|init)/m)

    await done('stop', name)
    expect(await done('state', name)).toBe('STOPPED\n')
    await done('update', name, `${folder}/two.nix`)
    await done('update', name, `${folder}/three.nix`)
    const shown = host.open([`${host.root}/bin/nixcloud-container`, 'start', name, '-l', '-F'])
    await shown.shows('Multi-User System')
    shown.type('\x03')
    await shown.ended
    expect(await done('state', name)).toBe('RUNNING\n')
    await marked('three')
    await sh(host, `test ! -e ${home}/two`)

    const other = () => done('run', name, 'systemctl', 'show', '--property=MainPID', 'other')
    const before = await other()
    await done('rollback', name)
    await marked('two')
    expect(await other()).toBe(before)
    expect(await generations()).toEqual(['1', '2 (current)', '3'])

    await sh(host, `rm ${home}/one ${home}/two ${home}/three`)
    await done('switch-generation', name, '3')
    await marked('three')
    expect(await generations()).toEqual(['1', '2', '3 (current)'])
    expect(await other()).toBe(before)
    expect(await nc('switch-generation', name, '9')).toMatchObject({ status: 1, stderr: expect.stringContaining('9') })
    expect(await nc('delete-generations', name, '3')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('current'),
    })
    await done('delete-generations', name, '1', '2')
    expect(await generations()).toEqual(['3 (current)'])
    expect((await nc('rollback', name)).status).toBe(1)
    expect((await nc('switch-generation', name, '1')).status).toBe(1)
    expect(await sh(host, `ls ${home}`)).toBe('three\n')

    await done('update', name, `${folder}/one.nix`)
    await marked('one')
    expect(await other()).toBe(before)

    expect(await nc('destroy', name)).toMatchObject({ status: 1, stderr: expect.stringContaining('is running') })
    expect((await nc('terminate', 'test-bar')).status).toBe(1)
    // As a `start -l` that was killed leaves it: destroy takes it along.
    await sh(host, `echo LXC_FLAGS= >/run/extra-container/lxc/${name}.env`)
    await done('terminate', name)
    await done('destroy', name)
    expect(await done('list')).toBe('')
  })

  test('addresses: freed, given to the next, fixed, refused', async () => {
    const fixed = (ip: string, rest = '') => `{ network = { ip = "${ip}"; ${rest} }; configuration = { }; }`
    await prepare(host, {
      plain: '{ pkgs, ip, name, ... }: { }',
      fixed: fixed('10.101.0.3'),
      outside: fixed('10.10.10.10'),
      malformed: fixed('10.101.0'),
      bridge: '{ network.bridge = "test-none"; configuration = { }; }',
    })
    await done('create', 'test-one', `${folder}/plain.nix`)
    await done('create', 'test-fixed', `${folder}/fixed.nix`)
    await done('create', 'test-two', `${folder}/plain.nix`)
    const addresses = async (...names: string[]) =>
      (await Promise.all(names.map((one) => done('show-ip', one)))).join('')
    expect(await addresses('test-one', 'test-fixed', 'test-two')).toBe('10.101.0.2\n10.101.0.3\n10.101.0.4\n')
    await done('update', 'test-two', `${folder}/plain.nix`)
    await done('destroy', 'test-one')
    await done('create', 'test-three', `${folder}/plain.nix`)
    expect(await addresses('test-two', 'test-three')).toBe('10.101.0.4\n10.101.0.2\n')

    for (const [file, status, message] of [
      ['fixed', 1, 'which the container "test-fixed" has'],
      ['outside', 1, 'which no container can have on brNC-hostonly'],
      ['malformed', 2, '10.101.0'],
      ['bridge', 1, 'no interface of that name'],
      ['none', 2, 'There is no file'],
    ] as const) {
      const outcome = await nc('create', 'test-bad', `${folder}/${file}.nix`)
      expect(outcome).toMatchObject({ status, stderr: expect.stringContaining(message) })
    }
    expect((await nc('create', 'a/b', `${folder}/plain.nix`)).status).toBe(2)
    expect(await done('list')).toBe('test-fixed\ntest-three\ntest-two\n')
  })

  test('one that LXC cannot start does not wait for its timeout', async () => {
    await prepare(host, { bad: '{ lxcExtraConfig = "lxc.init.cmd = /none"; configuration = { }; }' })
    await done('create', name, `${folder}/bad.nix`)
    const { status, stderr } = await nc('start', name)
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining('Failed to spawn') })
    expect(stderr).not.toContain('not ready within')
  })

  test('side by side: each has an address of its own, and nothing is left of them', async () => {
    await prepare(host, { plain: '{ }' })
    const names = Array.from({ length: 4 }, (_, index) => `test-soak-${index}`)
    await Promise.all(names.map((one) => done('create', one, `${folder}/plain.nix`)))
    const addresses = await Promise.all(names.map((one) => done('show-ip', one)))
    expect(addresses.sort()).toEqual([2, 3, 4, 5].map((last) => `10.101.0.${last}\n`))
    await Promise.all(names.map((one) => done('start', one)))
    expect(await Promise.all(names.map((one) => done('state', one)))).toEqual(names.map(() => 'RUNNING\n'))
    await Promise.all(names.map((one) => done('destroy', one, '-l', '--force')))
    expect(await done('list')).toBe('')
  })
})
