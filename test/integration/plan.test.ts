/** --dry-run and --json over stand-ins: what is told, and that nothing is changed. */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { buildProgram, makeWorld, type World } from './world.ts'

let world: World
beforeAll(async () => void (await buildProgram()), 60_000)
beforeEach(async () => {
  world = await makeWorld()
})
afterEach(() => world.remove())

const conf = 'SYSTEM_PATH=/nix/store/0-system\nPRIVATE_NETWORK=1\nLOCAL_ADDRESS=10.250.0.2\n'
const otherConf = conf.replace('10.250.0.2', '10.250.1.2')

describe('--dry-run', () => {
  test('of a new container tells that, and leaves and starts nothing', async () => {
    await world.etc({ demo: conf })
    const outcome = await world.run(['create', '-s', '--dry-run', '-E', 'x'])
    expect(outcome).toMatchObject({ status: 0, stdout: 'demo: install, start (it is new)\n', left: [] })
    await expect(world.read('calls')).rejects.toThrow(/ENOENT/)
  })

  test('names what differs for each container, and changes nothing', async () => {
    await world.etc(
      { same: otherConf, system: conf.replace('0.2', '2.2'), options: conf, down: conf.replace('0.2', '3.2') },
      'old',
    )
    await world.etc(
      {
        same: otherConf,
        system: conf.replace('0.2', '2.2').replace('0-system', '0-newer'),
        options: `${conf}HOST_ADDRESS=10.250.0.1\n`,
        down: conf.replace('0.2', '3.2'),
        new: conf.replace('0.2', '4.2'),
      },
      'new',
    )
    const script = `"$0" create -s /nix/store/0-old >&2; "$0" stop down
      find /etc/systemd-mutable /etc/nixos-containers -printf '%p %l\\n' >"$WORLD/before-links"; cp "$WORLD/calls" "$WORLD/before-calls"
      "$0" create -s --dry-run /nix/store/0-new
      find /etc/systemd-mutable /etc/nixos-containers -printf '%p %l\\n' | cmp - "$WORLD/before-links" && diff "$WORLD/before-calls" "$WORLD/calls" >&2`
    const outcome = await world.run([], { script })
    expect(outcome.stdout).toBe(
      [
        'down: start (it is down)',
        'new: install, start (it is new)',
        'options: install, restart (it runs, its container options differ)',
        '  conf HOST_ADDRESS: (not set) -> 10.250.0.1',
        'same: skip (it runs, nothing differs)',
        'system: install, update (it runs, its system differs)',
        '  system: /nix/store/0-system -> /nix/store/0-newer',
        '',
      ].join('\n'),
    )
    // It asked for all together: once for the states, once for leaders that it did not find, and at the end what runs.
    expect(outcome.stderr.split('\n').filter((line) => line.startsWith('>'))).toEqual([
      expect.stringMatching(/^> systemctl .*show --property=Id,ActiveState/),
      expect.stringMatching(/^> systemctl .*show --property=Id,ControlGroup/),
      expect.stringMatching(/^> systemctl .*list-units/),
    ])
  })

  test('refuses what create refuses', async () => {
    await world.etc({ demo: `${conf.replace('10.250.0.2', '192.0.2.9')}HOST_ADDRESS=192.0.2.1\n` })
    const outcome = await world.run(['create', '-s', '--dry-run', '-E', 'x'])
    expect(outcome).toMatchObject({ status: 1, stdout: '' })
    expect(outcome.stderr).toContain('192.0.2.1')
  })

  test('of destroy', async () => {
    await world.etc({ a: conf, b: otherConf })
    const script = '"$0" create -s -E x >&2 && "$0" stop b && "$0" destroy --all --dry-run && "$0" list'
    const outcome = await world.run([], { script })
    expect(outcome).toMatchObject({
      status: 0,
      stdout: 'a: destroy (it runs and is killed)\nb: destroy (it is down)\na\nb\n',
    })
    expect((await world.run(['destroy', 'no-such', '--dry-run'])).status).toBe(1)
  })
})

describe('--json', () => {
  test('the plan', async () => {
    await world.etc({ demo: conf }, 'old')
    await world.etc({ demo: `${conf}HOST_ADDRESS=10.250.0.1\n` }, 'new')
    const script = '"$0" create -s /nix/store/0-old >&2; "$0" create -s --dry-run --json /nix/store/0-new'
    const { status, stdout } = await world.run([], { script })
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      command: 'create',
      dryRun: true,
      ok: true,
      error: null,
      containers: [
        {
          name: 'demo',
          steps: ['install', 'restart'],
          reason: 'it runs, its container options differ',
          change: 'container',
          differences: [{ what: 'conf', key: 'HOST_ADDRESS', before: null, after: '10.250.0.1' }],
        },
      ],
    })
  })

  test('the result, with one that failed; nothing else is on standard output', async () => {
    await world.etc({ bad: conf, good: otherConf })
    await world.write('broken', 'bad\n')
    const { status, stdout, stderr } = await world.run(['create', '-s', '--json', '-E', 'x'])
    expect(status).toBe(1)
    expect(stderr).toContain('Starting containers:\nbad\ngood\n')
    expect(JSON.parse(stdout)).toMatchObject({
      command: 'create',
      dryRun: false,
      ok: false,
      error: expect.stringContaining('1 of 2 containers failed: bad'),
      containers: [
        { name: 'bad', steps: ['install', 'start'], ok: false, error: expect.stringContaining('did not start') },
        { name: 'good', steps: ['install', 'start'], ok: true, error: null },
      ],
    })
  })

  test('a definition that fails', async () => {
    await world.nixError('error: undefined variable x')
    const { status, stdout } = await world.run(['create', '--json', '-E', 'x'])
    expect(status).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: expect.stringContaining('undefined'), containers: [] })
  })

  test('destroy', async () => {
    await world.etc({ demo: conf })
    const { stdout, left } = await world.run([], { script: '"$0" create -E x >&2; "$0" destroy -E x --json' })
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, containers: [{ name: 'demo', steps: ['destroy'], ok: true }] })
    expect(left).toEqual([])
  })
})
