/** create, list, destroy and shell over stand-ins: what is linked, started, printed and removed. */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { buildProgram, makeWorld, type World } from './world.ts'

let world: World
beforeAll(async () => void (await buildProgram()), 60_000)
beforeEach(async () => {
  world = await makeWorld()
})
afterEach(() => world.remove())

const conf = 'SYSTEM_PATH=/nix/store/0-system\nPRIVATE_NETWORK=1\nLOCAL_ADDRESS=10.250.0.2\n'
/** Two containers with the same address would be refused. */
const otherConf = conf.replace('10.250.0.2', '10.250.1.2')
const stateOfSomebody = '#!/bin/sh\nmkdir -p /var/lib/nixos-containers/demo; touch /var/lib/nixos-containers/demo/data'

const unitPath = (name: string) => `/etc/systemd-mutable/system/container@${name}.service`

describe('create', () => {
  test('links unit, conf and gcroots', async () => {
    const etc = await world.etc({ demo: conf })
    const outcome = await world.run(['create', '-E', 'x'])
    expect(outcome).toMatchObject({ status: 0, stdout: 'Installing containers:\ndemo\n' })
    expect(outcome.left).toEqual([
      `/etc/nixos-containers/demo.conf -> ${etc}/etc/nixos-containers/demo.conf`,
      `${unitPath('demo')} -> ${etc}/etc/systemd/system/container@demo.service`,
      `/nix/var/nix/gcroots/auto/extra-container-demo -> ${unitPath('demo')}`,
      '/nix/var/nix/gcroots/auto/extra-container-demo.conf -> /etc/nixos-containers/demo.conf',
    ])
  })

  test('links what starts with the host into machines.target.wants', async () => {
    await world.etc({ demo: `${conf}AUTO_START=1\n` })
    const { left } = await world.run(['create', '-E', 'x'])
    expect(left).toContain(
      '/etc/systemd-mutable/system/machines.target.wants/container@demo.service -> ../container@demo.service',
    )
  })

  test('gives nix-build the definition, the attribute path, the folder and the arguments it is to pass on', async () => {
    await world.etc({ demo: conf })
    await world.run(['build', '-E', '{ a = 1; }', '-A', 'x."a b"', '--build-args', '--option', 'cores', '1'])
    const args = (await world.read('nix-build.args')).split('\n')
    expect(args.slice(args.indexOf('definition'), args.indexOf('definition') + 2)).toEqual(['definition', '{ a = 1; }'])
    expect(args[args.indexOf('attrPath') + 1]).toBe('["x","a b"]')
    expect(JSON.parse(args[args.indexOf('facts') + 1] ?? '')).toMatchObject({ base: 'auto', sshKey: null })
    expect(args[args.indexOf('-I') + 1]).toBe(`pwd=${world.folder}`)
    expect(args.slice(-4, -1)).toEqual(['--option', 'cores', '1'])
  })

  test('a definition longer than an argument may be comes through', async () => {
    await world.etc({ demo: conf })
    const long = `{ containers.demo.config = { /* ${'x'.repeat(200_000)} */ }; }`
    const outcome = await world.run(['create'], { stdin: long })
    expect(outcome).toMatchObject({ status: 0, stdout: 'Installing containers:\ndemo\n' })
  })

  test('takes a store path, and starts all at once', async () => {
    const etc = await world.etc({ b: conf, a: otherConf })
    const outcome = await world.run(['create', '--start', etc])
    expect(outcome.stdout).toBe('Installing containers:\na\nb\n\nStarting containers:\na\nb\n')
    expect(await world.read('calls')).toContain('start -- container@a.service container@b.service')
  })

  test.each([
    ['the path of an etc', '/nix/store/0-etc'],
    ['a whole NixOS system, whose etc is a link', '/nix/store/0-system'],
    ['a link to one, as nix-build makes it', './result'],
  ])('takes what is built, and destroy too: %s', async (_, path) => {
    await world.etc({ demo: conf })
    const script = `
      mkdir /nix/store/0-system && ln -s /nix/store/0-etc/etc /nix/store/0-system/etc && ln -s /nix/store/0-system result
      "$0" create ${path} && readlink /etc/nixos-containers/demo.conf && "$0" destroy ${path}`
    const outcome = await world.run([], { script })
    expect(outcome).toMatchObject({
      status: 0,
      left: [],
      stdout:
        'Installing containers:\ndemo\n/nix/store/0-etc/etc/nixos-containers/demo.conf\nDestroying containers:\ndemo\n',
    })
  })

  test('takes what EXTRA_CONTAINER_ETC names where nothing else is given, and runs a shell without a command', async () => {
    const etc = await world.etc({ demo: conf })
    const script = `export EXTRA_CONTAINER_ETC=${etc}
      "$0" create -s < /dev/null && "$0" list && "$0" -n --run echo done && "$0" destroy && "$0" --version`
    const outcome = await world.run([], { script })
    expect(outcome).toMatchObject({ status: 0, left: [] })
    expect(outcome.stdout).toMatch(
      /^Installing containers:\ndemo\n\nStarting containers:\ndemo\ndemo\ndone\nDestroying containers:\ndemo\n\d+\.\d+\.\d+\n$/,
    )
  })

  test('a second time nothing changes', async () => {
    await world.etc({ demo: conf })
    const outcome = await world.run([], { script: '"$0" create -s -E x > /dev/null && "$0" create -s -E x' })
    expect(outcome).toMatchObject({ status: 0, stdout: 'Installing containers:\ndemo (unchanged, skipped)\n' })
  })

  test('changed options restart what runs', async () => {
    await world.etc({ demo: conf }, 'old')
    const changed = await world.etc({ demo: `${conf}HOST_ADDRESS=10.250.0.1\n` }, 'new')
    const script = `"$0" create -s /nix/store/0-old > /dev/null && "$0" create -u ${changed}`
    const outcome = await world.run([], { script })
    expect(outcome).toMatchObject({
      status: 0,
      stdout: 'Installing containers:\ndemo\n\nRestarting containers:\ndemo\n',
    })
    expect(outcome.left[0]).toContain('/nix/store/0-new/')
  })
})

describe('one of several that fails', () => {
  const third = conf.replace('10.250.0.2', '10.250.2.2')

  test('the others are installed and run, it is named and removed again', async () => {
    await world.etc({ a: conf, bad: otherConf, z: third })
    await world.write('broken', 'bad\n')
    const outcome = await world.run([], { script: '"$0" create -s -E x; s=$?; "$0" list; "$0" status z; exit $s' })
    expect(outcome.status).toBe(1)
    expect(outcome.stdout).toMatch(/Starting containers:\na\nbad\nz\na\nz\nup\n$/)
    expect(outcome.stderr).toContain('1 of 3 containers failed: bad')
    expect(outcome.stderr).toContain('last words of the container')
    expect(outcome.left.filter((line) => line.includes('bad'))).toEqual([])
  })

  test('one that was installed before stays installed', async () => {
    await world.etc({ bad: conf })
    await world.write('broken', 'bad\n')
    const outcome = await world.run([], { script: '"$0" create -E x && "$0" create -s -E x' })
    expect(outcome.status).toBe(1)
    expect(outcome.left.filter((line) => line.includes('container@bad.service ->'))).toHaveLength(1)
  })

  test('a start that fails does not keep others from being restarted', async () => {
    await world.etc({ a: conf }, 'old')
    const changed = await world.etc({ a: `${conf}HOST_ADDRESS=10.250.0.1\n`, bad: otherConf }, 'new')
    await world.write('broken', 'bad\n')
    const outcome = await world.run([], { script: `"$0" create -s /nix/store/0-old && "$0" create -s ${changed}` })
    expect(outcome.status).toBe(1)
    expect(outcome.stderr).toContain('1 of 2 containers failed: bad')
    expect(await world.read('calls')).toContain('stop -- container@a.service')
  })

  test('update names those that do not run, and updates the others', async () => {
    await world.etc({ a: conf, b: otherConf })
    const outcome = await world.run([], { script: '"$0" create -s -E x && "$0" stop a && "$0" update a b' })
    expect(outcome.status).toBe(1)
    expect(outcome.stderr).toContain('Container "a" does not run. Start it: extra-container start a')
    expect(outcome.stderr).toContain('  Updating b')
  })
})

describe('what is not ours', () => {
  const cases: [string, string, string][] = [
    [
      'declared by the host',
      'ln -s /etc/static/nixos-containers/demo.conf /etc/nixos-containers/demo.conf',
      'NixOS configuration',
    ],
    ['made by nixos-container', 'echo A=1 > /etc/nixos-containers/demo.conf', 'nixos-container destroy demo'],
    [
      'made by hand',
      'mkdir /etc/systemd-mutable/system; echo "[Unit]" > /etc/systemd-mutable/system/container@demo.service',
      'whoever made',
    ],
    [
      'a unit of the host',
      'mkdir /run/systemd/system; echo "[Unit]" > /run/systemd/system/container@demo.service',
      'whoever made /run/systemd/system/container@demo.service',
    ],
  ]
  test.each(cases)('%s: refused and left as it is', async (_, make, owner) => {
    await world.etc({ demo: conf })
    await world.write(
      'before',
      `#!/bin/sh\n${make}\nmkdir -p /var/lib/nixos-containers/demo; echo data > /var/lib/nixos-containers/demo/x`,
      0o755,
    )
    const before = (await world.run(['list'])).left
    for (const args of [
      ['create', '--start', '-E', 'x'],
      ['shell', '-E', 'x', '--run', 'true'],
      ['destroy', 'demo'],
      ['destroy', '-E', 'x'],
      ['stop', 'demo'],
      ['restart', 'demo'],
    ]) {
      const outcome = await world.run(args)
      expect(outcome.status).toBe(1)
      expect(outcome.stderr).toContain(owner)
      expect(outcome.left).toEqual(before)
    }
    const all = await world.run(['destroy', '--all'])
    expect(all).toMatchObject({ status: 0, left: before })
    expect(await world.read('calls').catch(() => '')).not.toMatch(/ (start|stop|kill|restart) /)
  })
})

describe('made by the bash tool, whose units are in /usr/lib', () => {
  const packaged = '/usr/lib/systemd/system'
  const before = `#!/bin/bash
    mkdir -p ${packaged}; mount -t tmpfs tmpfs ${packaged}; mkdir ${packaged}/machines.target.wants
    ln -s /nix/store/0-old/etc/systemd/system/container@demo.service ${packaged}/
    ln -s ../container@demo.service ${packaged}/machines.target.wants/
    ln -s /nix/store/0-old/etc/nixos-containers/demo.conf /etc/nixos-containers/
    ln -s ${packaged}/container@demo.service /nix/var/nix/gcroots/auto/extra-container-demo
    ln -s /etc/nixos-containers/demo.conf /nix/var/nix/gcroots/auto/extra-container-demo.conf
    mkdir -p /var/lib/nixos-containers/demo/etc`
  const show = `find ${packaged} -type l >&2`

  beforeEach(async () => {
    await world.etc({ demo: conf }, 'old')
    await world.write('before', before, 0o755)
  })

  test('listed, and unchanged where nothing changed', async () => {
    const outcome = await world.run([], { script: '"$0" list; "$0" create -E x' })
    expect(outcome).toMatchObject({ status: 0, stdout: 'demo\nInstalling containers:\ndemo (unchanged, skipped)\n' })
  })

  test('updated: its unit moves to our folder', async () => {
    await world.etc({ demo: conf.replace('0-system', '1-system') }, 'new')
    const outcome = await world.run([], { script: `"$0" create -s -E x && ${show}` })
    expect(outcome).toMatchObject({ status: 0, stderr: expect.not.stringContaining(packaged) })
    expect(outcome.left).toEqual([
      '/etc/nixos-containers/demo.conf -> /nix/store/0-new/etc/nixos-containers/demo.conf',
      `${unitPath('demo')} -> /nix/store/0-new/etc/systemd/system/container@demo.service`,
      `/nix/var/nix/gcroots/auto/extra-container-demo -> ${unitPath('demo')}`,
      '/nix/var/nix/gcroots/auto/extra-container-demo.conf -> /etc/nixos-containers/demo.conf',
    ])
  })

  test('destroyed', async () => {
    const outcome = await world.run([], { script: `"$0" restart demo && "$0" destroy demo && ${show}` })
    expect(outcome).toMatchObject({ status: 0, left: [], stderr: expect.not.stringContaining(packaged) })
  })
})

describe('what is damaged', () => {
  test.each([
    ['a dangling unit', `ln -sf /nix/store/gone ${unitPath('demo')}`],
    ['a dangling conf', 'ln -sf /nix/store/gone /etc/nixos-containers/demo.conf'],
    ['an overwritten conf', 'rm /etc/nixos-containers/demo.conf; echo "}{" > /etc/nixos-containers/demo.conf'],
    ['no conf', 'rm /etc/nixos-containers/demo.conf'],
    ['a conf that leads in a circle', 'ln -sf /etc/nixos-containers/demo.conf /etc/nixos-containers/demo.conf'],
    ['no unit', `rm ${unitPath('demo')}`],
    ['one gcroot', 'rm /nix/var/nix/gcroots/auto/extra-container-demo'],
    ['nothing but a gcroot', `rm /etc/nixos-containers/demo.conf ${unitPath('demo')}`],
    ['nothing but the unit', 'rm /etc/nixos-containers/demo.conf /nix/var/nix/gcroots/auto/*'],
  ])('%s: list works, create mends it, destroy cleans it', async (_, damage) => {
    await world.etc({ demo: conf })
    const script = `
      "$0" create -E x > /dev/null && ${damage} && "$0" list && "$0" create -E x && "$0" create -E x &&
      ${damage} && "$0" destroy demo`
    const outcome = await world.run([], { script })
    const installing = 'Installing containers:\ndemo'
    expect(outcome).toMatchObject({ status: 0, left: [] })
    expect(outcome.stdout).toMatch(new RegExp(`^demo\n${installing}.*\n${installing} \\(unchanged, skipped\\)\n$`))
  })
})

describe('a state folder of somebody else', () => {
  test.each([
    ['create', ['create', '-E', 'x']],
    ['create --start', ['create', '--start', '-E', 'x']],
    ['shell', ['shell', '-E', 'x', '--run', 'true']],
  ])('%s: refused and left as it is', async (_, args) => {
    await world.etc({ demo: conf })
    await world.write('before', stateOfSomebody, 0o755)
    const outcome = await world.run(args)
    expect(outcome).toMatchObject({ status: 1, left: ['/var/lib/nixos-containers/demo/data -> '] })
    expect(outcome.stderr).toContain('/var/lib/nixos-containers/demo exists')
    expect(outcome.stderr).toContain('--no-destroy')
  })
})

describe('list and destroy', () => {
  test('list prints sorted names, one a line', async () => {
    await world.etc({ zebra: conf, ant: otherConf })
    const outcome = await world.run([], { script: '"$0" create -E x > /dev/null && "$0" list' })
    expect(outcome.stdout).toBe('ant\nzebra\n')
  })

  test('list --json tells the kind', async () => {
    await world.etc({ zebra: conf, ant: `${otherConf}KIND=lxc\n` })
    const outcome = await world.run([], { script: '"$0" create -E x > /dev/null && "$0" list --json' })
    expect(JSON.parse(outcome.stdout)).toEqual([
      { name: 'ant', kind: 'lxc' },
      { name: 'zebra', kind: 'container' },
    ])
  })

  test('a name that a container of another kind has is refused', async () => {
    const other = await world.etc({ demo: `${conf}KIND=nspawn\n` }, 'other')
    await world.etc({ demo: conf })
    const outcome = await world.run([], { script: `"$0" create ${other} >/dev/null && "$0" create -E x` })
    expect(outcome).toMatchObject({ status: 1, stderr: expect.stringContaining('"demo" is of kind nspawn') })
  })

  test.each([
    ['lxc', '/var/lib/lxc'],
    ['nspawn', '/var/lib/machines'],
  ])('destroy removes the state of kind %s', async (kind, folder) => {
    await world.etc({ demo: `${conf}KIND=${kind}\n` })
    const script = `"$0" create -E x >&2 && mkdir -p ${folder}/{demo,other} && "$0" destroy demo >&2; ls ${folder}; rm -r ${folder}/other`
    expect((await world.run([], { script })).stdout).toBe('other\n')
  })

  test.each([
    ['by name', 'destroy demo'],
    ['all', 'destroy --all'],
    ['by definition', 'destroy -E x'],
    ['by store path', 'destroy /nix/store/0-etc'],
  ])('destroy %s removes everything', async (_, command) => {
    await world.etc({ demo: `${conf}AUTO_START=1\n` })
    const script = `"$0" create -s -E x >&2 && mkdir -p /var/lib/nixos-containers/demo/etc && touch /var/lib/nixos-containers/{demo/etc/x,.#demo.lck} \\
      && mkdir -p /nix/var/nix/{profiles,gcroots}/per-container/demo && "$0" ${command} >&2 \\
      && ls -A /etc/systemd-mutable/system /etc/nixos-containers /var/lib/nixos-containers /nix/var/nix/{profiles,gcroots}/per-container /nix/var/nix/gcroots/auto | grep demo`
    const outcome = await world.run([], { script })
    expect(outcome).toMatchObject({ stdout: '', left: [] })
    expect(await world.read('calls')).toMatch(/terminate\.sh container@demo\.service$/m)
  })

  test('what was cut short half-way can be destroyed', async () => {
    const etc = await world.etc({ demo: conf })
    const script = `"$0" create ${etc} >&2 && rm ${unitPath('demo')} && "$0" list && "$0" destroy demo`
    expect(await world.run([], { script })).toMatchObject({ status: 0, stdout: 'demo\n', left: [] })
  })

  test('destroy of a name that is not installed says so', async () => {
    const outcome = await world.run(['destroy', 'demo'])
    expect(outcome.status).toBe(1)
    expect(outcome.stderr).toContain('Container "demo" is not installed')
  })
})

describe('the other commands', () => {
  test('status and show-ip answer from what is installed', async () => {
    await world.etc({ demo: conf })
    const script = '"$0" create -s -E x >&2; "$0" status demo; "$0" show-ip demo; "$0" stop demo; "$0" status demo'
    expect((await world.run([], { script })).stdout).toBe('up\n10.250.0.2\ndown\n')
  })

  test('run in one that is down says how to start it', async () => {
    await world.etc({ demo: conf })
    const outcome = await world.run([], { script: '"$0" create -E x >/dev/null 2>&1; "$0" run demo -- true' })
    expect(outcome).toMatchObject({ status: 1, stdout: '' })
    expect(outcome.stderr).toContain('Container "demo" is not running. Start it: extra-container start demo\n')
  })

  test('a lock that cannot be taken says how to see why', async () => {
    await world.etc({ demo: conf })
    await world.write('bin/flock', '#!/bin/sh\nexit 66\n', 0o755)
    const outcome = await world.run([], { script: 'PATH=$WORLD/bin:$PATH "$0" create -E x' })
    expect(outcome).toMatchObject({ status: 1, stdout: '' })
    expect(outcome.stderr).toMatch(
      /The lock (\S+) could not be taken: flock ended with status 66\. See why: flock \1 true/,
    )
  })

  test('build prints the store path alone', async () => {
    const etc = await world.etc({ demo: conf })
    expect(await world.run(['build', '-E', 'x'])).toMatchObject({ status: 0, stdout: `${etc}\n`, left: [] })
  })
})

describe('shell --run', () => {
  beforeEach(async () => void (await world.etc({ demo: conf })))

  test('gives the command the helpers, its own output and status, and destroys', async () => {
    const outcome = await world.run(['shell', '-E', 'x', '--run', 'bash', '-c', 'echo $name $ip; type -t c h; exit 7'])
    expect(outcome).toMatchObject({ status: 7, stdout: 'demo 10.250.0.2\nfunction\nfunction\n', left: [] })
  })

  test('h tells of the session', async () => {
    const { stdout } = await world.run(['shell', '-E', 'x', '--run', 'h'])
    expect(stdout).toContain(
      'Container address: 10.250.0.2 ($ip)\nContainer filesystem: /var/lib/nixos-containers/demo\n',
    )
  })

  test('a command that a signal ends: 128 + n', async () => {
    const outcome = await world.run(['shell', '-E', 'x', '--run', 'bash', '-c', 'kill -KILL $$'])
    expect(outcome).toMatchObject({ status: 137, left: [] })
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('%s destroys too', async (signal, status) => {
    const script = `"$0" shell -E x --run bash -c 'touch "$WORLD/up"; exec sleep 30' & pid=$!
      until [[ -e $WORLD/up ]]; do sleep 0.02; done; kill -${signal} $pid; wait $pid`
    expect(await world.run([], { script: `set -m; ${script}` })).toMatchObject({ status, left: [] })
  })

  test('a terminal that is closed destroys too', async () => {
    const script = `mkfifo "$WORLD/keys"; exec 9<>"$WORLD/keys"
      script --quiet --command "exec '$0' shell -E x" "$WORLD/typed" <&9 > "$WORLD/shown" & pid=$!
      until grep -q documentation "$WORLD/shown"; do sleep 0.02; done; kill -KILL $pid; wait $pid
      for ((i = 0; i < 500; i++)); do [[ $(ls /run/extra-container/sessions) ]] || break; sleep 0.02; done`
    expect(await world.run([], { script })).toMatchObject({ left: [] })
  })

  test('a boot that fails', async () => {
    await world.write('broken', 'demo\n')
    const outcome = await world.run(['shell', '-E', 'x', '--run', 'echo', 'never'])
    expect(outcome).toMatchObject({ status: 1, stdout: '', left: [] })
  })

  test('--no-destroy leaves it', async () => {
    const outcome = await world.run(['shell', '-E', 'x', '-n', '--run', 'true'])
    expect(outcome.status).toBe(0)
    expect(outcome.left).toHaveLength(4)
  })

  test('within a session of the same container it updates and neither destroys nor opens a second shell', async () => {
    const script = '"$0" shell -E x --run bash -c \'"$0" shell -E x; "$1" list\' "$0" "$0"'
    const outcome = await world.run([], { script })
    expect(outcome).toMatchObject({ status: 0, stdout: 'demo\n', left: [] })
    expect(outcome.stderr).toContain('demo (unchanged, skipped)')
    expect((await world.read('calls')).match(/systemctl .*start --/g)).toHaveLength(1)
  })

  test('with --no-destroy it takes over a state folder, and a boot that fails does not delete it', async () => {
    await world.write('before', stateOfSomebody, 0o755)
    await world.write('broken', 'demo\n')
    const outcome = await world.run(['shell', '-E', 'x', '-n', '--run', 'true'])
    expect(outcome.status).toBe(1)
    expect(outcome.left).toContain('/var/lib/nixos-containers/demo/data -> ')
  })
})
