/** What is wrong with a command line or a definition: the message, the exit status, and nothing installed. */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { buildProgram, makeWorld, type World } from './world.ts'

let world: World
beforeAll(async () => void (await buildProgram()), 60_000)
beforeEach(async () => {
  world = await makeWorld()
})
afterEach(() => world.remove())

const demo = '{ containers.demo.config = {}; }'
const conf = 'SYSTEM_PATH=/nix/store/0-system\n'

describe('command lines', () => {
  test.each<[string, string[], string]>([
    ['an unknown command', ['crate'], 'There is no command "crate". Did you mean create?'],
    ['an unknown flag', ['create', '--strat', '-E', demo], 'create has no option --strat. Did you mean --start?'],
    ['an unknown global flag', ['--versoin'], 'Did you mean --version?'],
    ['-E without text', ['create', '-E'], '-E/--expr needs EXPR'],
    ['-E with empty text', ['create', '-E', ''], '-E needs the text'],
    ['--run that is not last', ['shell', '--run', 'c', 'hostname', '-E', demo], '--run must be the last option'],
    ['shell with a definition piped in', ['shell'], 'needs standard input for itself'],
    ['a store path that does not exist', ['create', '/nix/store/0-gone'], 'There is no file /nix/store/0-gone'],
    ['a flake and another definition', ['create', '--flake', '.', '-E', demo], 'Both --flake and -E'],
    ['a folder without flake.nix', ['create', '--flake', '.'], 'flake.nix'],
    ['--attr of a flake', ['create', '--flake', 'github:a/b', '-A', 'x'], '--flake REF#x'],
    ['--run without a command', ['shell', '-E', demo, '--run'], '--run needs CMD'],
    ['a missing file', ['create', 'missing.nix'], 'There is no file missing.nix.'],
    ['a folder without default.nix', ['create', '.'], 'neither default.nix nor etc/'],
    ['a definition twice', ['create', '-E', demo, 'x.nix'], 'Both -E and x.nix'],
    ['empty standard input', ['create'], 'Standard input is empty'],
    ['shell with standard input', ['shell', '-'], 'needs standard input for itself'],
    ['an open quote in --attr', ['create', '-E', demo, '-A', '"x'], '--attr "\\"x" is no attribute path'],
    ['destroy of nothing', ['destroy'], 'destroy needs the names of containers, or --all'],
    ['destroy --all with a name', ['destroy', '--all', 'demo'], 'either --all or names'],
    ...['', '../x', 'a b', 'x'.repeat(65), 'a@b', "a'b", 'a"b', 'a\nb'].flatMap(
      (name): [string, string[], string][] => [
        [`start ${JSON.stringify(name)}`, ['start', name], 'is no name for a container'],
        [`run in ${JSON.stringify(name)}`, ['run', name, '--', 'true'], 'is no name for a container'],
      ],
    ),
    ['destroy "a@b"', ['destroy', 'a@b'], 'is no name for a container'],
    ['start of a leading dash', ['start', '-x'], 'start has no option -x'],
    ['start of a leading dash after --', ['start', '--', '-x'], '"-x" is no name for a container'],
  ])('%s', async (_, args, message) => {
    const outcome = await world.run(args)
    expect(outcome).toMatchObject({ status: 2, stdout: '', left: [] })
    expect(outcome.stderr).toContain(message)
    expect(outcome.stderr).not.toMatch(/^\s+at .*\.mjs/m)
  })
})

describe('definitions', () => {
  test.each<[string, string, number, string]>([
    [
      'a syntax error shows its line',
      'error: syntax error, unexpected end of file\n\n       at «string»:1:6:\n\n            1| { x =\n             |      ^\n',
      2,
      'at the expression given by -E:1:6:',
    ],
    [
      'an unknown option names the near one',
      "error: The option `containers.demo.confg' does not exist.\n\n       Did you mean `containers.demo.config'?\n",
      2,
      "Did you mean `containers.demo.config'?",
    ],
    [
      'a failed build',
      "error: builder for '/nix/store/x.drv' failed with exit code 1;\n",
      1,
      "builder for '/nix/store/x.drv'",
    ],
    ['a full disk', 'error: writing to file: No space left on device\n', 1, 'No space left on device'],
  ])('%s', async (_, nixError, status, message) => {
    await world.nixError(nixError)
    for (const command of ['create', 'shell', 'build']) {
      const outcome = await world.run([command, '-E', demo])
      expect(outcome).toMatchObject({ status, stdout: '', left: [] })
      expect(outcome.stderr).toContain(message)
      expect(outcome.stderr).toContain('--show-trace')
    }
  })

  test('a kind of interface that the kernel does not know', async () => {
    const needs = JSON.stringify({ linkKinds: ['macvlan'], macvlans: ['lo'] })
    const etc = await world.etc({ demo: conf })
    await world.write('store/0-etc/etc/extra-container/demo.json', needs)
    await world.write('no-kind', 'macvlan')
    for (const words of [
      ['create', etc],
      ['create', '--start', etc],
      ['shell', etc, '--run', 'true'],
    ]) {
      const outcome = await world.run(words)
      expect(outcome).toMatchObject({ status: 1, stdout: '', left: [] })
      expect(outcome.stderr).toContain('"demo" needs an interface of the kind macvlan (macvlans)')
    }
    await world.write('no-kind', 'bridge')
    expect(await world.run(['create', etc])).toMatchObject({ status: 0 })
  })

  test('no container in what is built', async () => {
    await world.etc({})
    await world.write('store/0-etc/etc/hosts', '')
    const outcome = await world.run(['create', '-E', demo])
    expect(outcome).toMatchObject({ status: 2, left: [] })
    expect(outcome.stderr).toContain('declares no container')
  })

  test('a store path without containers', async () => {
    await world.write('store/0-empty/etc/hosts', '')
    const outcome = await world.run(['create', '/nix/store/0-empty'])
    expect(outcome).toMatchObject({ status: 2, left: [] })
    expect(outcome.stderr).toContain('/nix/store/0-empty/etc/systemd/system/container@NAME.service')
  })

  test('EXTRA_CONTAINER_ETC that leads nowhere', async () => {
    const outcome = await world.run([], { script: 'EXTRA_CONTAINER_ETC=/nix/store/0-gone "$0" create' })
    expect(outcome).toMatchObject({ status: 2, left: [] })
    expect(outcome.stderr).toContain('there is no /nix/store/0-gone/etc')
  })

  test('--unique, --here and --no-network with what is built', async () => {
    const etc = await world.etc({ demo: conf })
    await world.write('work/file', '')
    const run = (option: string) => world.run(['shell', etc, option, '--run', 'true'], { cwd: `${world.folder}/work` })
    for (const option of ['--unique', '--here', '--no-network']) {
      const outcome = await run(option)
      expect(outcome).toMatchObject({ status: 2, stdout: '', left: [] })
      expect(outcome.stderr).toContain(`${option} is for definitions, and ${etc} is built`)
    }
  })

  test.each([
    ['/', 'which a container has of its own'],
    ['/root', 'your whole home folder /root'],
    ['/etc', 'which a container has of its own'],
  ])('--here in %s', async (cwd, reason) => {
    const outcome = await world.run(['shell', '-E', demo, '--here', '--run', 'true'], { cwd })
    expect(outcome).toMatchObject({ status: 2, stdout: '', left: [] })
    expect(outcome.stderr).toContain(reason)
  })

  test('an address pool that is none', async () => {
    const script = 'EXTRA_CONTAINER_ADDRESS_POOL=10.0.0.0/25 "$0" shell -E x --run true'
    const outcome = await world.run([], { script })
    expect(outcome).toMatchObject({ status: 2, left: [] })
    expect(outcome.stderr).toContain('EXTRA_CONTAINER_ADDRESS_POOL="10.0.0.0/25" is no network to take prefixes from')
  })

  test('a definition that has some of the containers of a session, and others', async () => {
    await world.etc({ a: conf, b: conf })
    const outcome = await world.run([], { script: 'runningShellContainer="a c" "$0" shell -E x --run true' })
    expect(outcome).toMatchObject({ status: 2, left: [] })
    expect(outcome.stderr).toContain('The containers of this session are a, c, and the definition also has b.')
  })

  test.each(['a@b', 'a b', "a'b", 'x'.repeat(65)])('a built etc with the name %j', async (name) => {
    await world.etc({ [name]: conf })
    const outcome = await world.run(['create', '--start', '-E', demo])
    expect(outcome).toMatchObject({ status: 2, left: [] })
    expect(outcome.stderr).toContain(`${JSON.stringify(name)} is no name for a container`)
  })

  test('an address that this host has', async () => {
    await world.etc({ demo: `${conf}HOST_ADDRESS=192.0.2.1\n` })
    const outcome = await world.run(['create', '--start', '-E', demo])
    expect(outcome).toMatchObject({ status: 1, stdout: '', left: [] })
    expect(outcome.stderr).toContain("wants the address 192.0.2.1, which this host's interface eth0 has")
  })

  test('something built that is in no store', async () => {
    await world.write('built/etc/systemd/system/container@demo.service', '[Service]\n')
    const outcome = await world.run(['create', './built'])
    expect(outcome).toMatchObject({ status: 2, left: [] })
    expect(outcome.stderr).toContain('is not in the Nix store')
  })
})

test('Nix not installed', async () => {
  const outcome = await world.run([], {
    script:
      `mkdir "$WORLD/path" && for p in node bash env nsenter flock sh cat mkdir ls rm find; do ln -s "$(command -v $p)" "$WORLD/path/$p"; done
      PATH=$WORLD/path exec extra-container create -E '${demo}'`.replace('exec extra-container', 'exec "$0"'),
  })
  expect(outcome).toMatchObject({ status: 1, stdout: '', left: [] })
  expect(outcome.stderr).toMatch(/Nix is not installed.*util\/install\.sh/)
})

test('a full disk where containers are installed', async () => {
  await world.etc({ demo: conf })
  await world.write('before', '#!/bin/sh\nmount -t tmpfs -o nr_inodes=2 tmpfs /etc/systemd-mutable\n', 0o755)
  const outcome = await world.run(['create', '--start', '-E', demo])
  expect(outcome).toMatchObject({ status: 1, left: [] })
  expect(outcome.stderr).toContain('ENOSPC: no space left on device')
  expect(outcome.stderr).toContain('The disk is full')
  expect(outcome.stderr).not.toContain('bug')
})

describe('boots that fail', () => {
  beforeEach(async () => {
    await world.etc({ demo: conf, good: conf })
    await world.write('broken', 'demo\n')
  })

  test('leave nothing of the container, show its last log lines, and spare the others', async () => {
    const outcome = await world.run(['create', '--start', '-E', demo])
    expect(outcome.status).toBe(1)
    expect(outcome.stderr).toContain('Container "demo" did not start')
    expect(outcome.stderr).toContain('last words of the container')
    expect(outcome.left.filter((line) => line.includes('demo'))).toEqual([])
    expect(outcome.left.filter((line) => line.includes('good'))).toHaveLength(4)
  })

  test('leave one alone that was there before', async () => {
    const script = '"$0" create -E x > /dev/null && "$0" create --start -E x'
    const outcome = await world.run([], { script })
    expect(outcome.status).toBe(1)
    expect(outcome.left.filter((line) => line.includes('demo'))).toHaveLength(4)
  })
})

test('no systemd is started where its control group would be plain files', async () => {
  await world.etc({ demo: 'SYSTEM_PATH=/nix/store/0-system\n' })
  const outcome = await world.run([], { script: 'rm /run/extra-container/manager/up; "$0" create --start -E x' })
  expect(outcome).toMatchObject({ status: 1, left: [] })
  expect(outcome.stderr).toContain('/extra-container is no control group')
})
