/** What is seen while Nix builds, and when it fails: by a stand-in that prints what Nix prints. */
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { buildProgram, makeWorld, type World } from './world.ts'

let world: World
beforeAll(async () => void (await buildProgram()), 60_000)
beforeEach(async () => {
  world = await makeWorld()
})
afterEach(() => world.remove())

const demo = '{ containers.demo.config = {}; }'
const drv = '/nix/store/7cxil3y3vr1xgzlgw7dxsfyzi9cy2pms-nginx-1.26.2.drv'
const event = (json: object) => `echo '@nix ${JSON.stringify(json).replaceAll("'", "'\\''")}' >&2\n`
const building =
  event({ action: 'msg', level: 3, msg: 'these 12 derivations will be built:' }) +
  event({ action: 'start', id: 1, type: 104, level: 0, text: '' }) +
  event({ action: 'result', id: 1, type: 105, fields: [3, 12, 1, 0] }) +
  event({ action: 'start', id: 2, type: 105, level: 3, text: '', fields: [drv, '', 1, 1] }) +
  event({ action: 'result', id: 2, type: 101, fields: ['compiling'] })

test('a build that takes long is told of on stderr, and only there', async () => {
  const etc = await world.etc({ demo: 'SYSTEM_PATH=/nix/store/0-system\n' })
  await world.write('nix-script', `${building}sleep 4\n`)
  const built = await world.run(['build', '-E', demo])
  expect(built).toMatchObject({ status: 0, stdout: `${etc}\n`, stderr: '3 of 12 built: building nginx-1.26.2\n' })
})

test('one that does not is not', async () => {
  const etc = await world.etc({ demo: 'SYSTEM_PATH=/nix/store/0-system\n' })
  await world.write('nix-script', building)
  expect(await world.run(['build', '-E', demo])).toMatchObject({ status: 0, stdout: `${etc}\n`, stderr: '' })
})

test('a build that fails: which, its last lines, and how to see all of them', async () => {
  const failed = {
    action: 'msg',
    level: 0,
    msg: `\u001b[31;1merror:\u001b[0m builder for '${drv}' failed with exit code 2`,
  }
  await world.write('nix-script', `${building}${event(failed)}exit 100\n`)
  const { status, stdout, stderr } = await world.run(['build', '-E', demo])
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toBe(
    `extra-container: Building the containers failed: builder for '${drv}' failed with exit code 2;
  last 1 log lines:
  > compiling
  The whole log: nix-store --read-log ${drv}
`,
  )
})

test('Nix that is killed: most likely memory ran out', async () => {
  await world.write(
    'nix-script',
    `${event({ action: 'msg', level: 0, msg: 'trace: extra-container: base nixpkgs' })}kill -KILL $$\n`,
  )
  const outcome = await world.run(['create', '-E', demo])
  expect(outcome).toMatchObject({ status: 1, stdout: '', left: [] })
  expect(outcome.stderr).toContain(
    'Evaluating the containers failed: Nix was killed, most likely because memory ran out',
  )
  expect(outcome.stderr).not.toContain('whole NixOS host')
})

test('an evaluation that does not listen is not waited for', async () => {
  // It counts how long it lives on: nothing else is slow on a busy machine.
  const deaf =
    'trap "echo asked >>$WORLD/lived" TERM; echo $$ >"$WORLD/nix-pid"; while :; do sleep 0.5 & wait $!; echo >>$WORLD/lived; done'
  await world.write('nix-script', deaf)
  const script = `"$0" create -E '${demo}' & until [[ -s $WORLD/nix-pid ]]; do sleep 0.05; done
    kill -TERM $!; wait $!; echo "$?"; kill -0 "$(<$WORLD/nix-pid)" 2>/dev/null || echo gone`
  expect(await world.run([], { script })).toMatchObject({ stdout: '143\ngone\n', left: [] })
  const [, lived = ''] = (await world.read('lived').catch(() => '')).split('asked')
  expect(lived.split('\n').length).toBeLessThan(8)
})

test.each(['create', 'build', 'shell', 'destroy'])('%s: --build-args reach nix-build, last', async (command) => {
  await world.nixError('error: x\n')
  const run = command === 'shell' ? ['--run', 'true'] : []
  await world.run([command, '-E', demo, '--build-args', '--option', 'connect-timeout', '60', '-j', '3', ...run])
  const args = (await world.read('nix-build.args')).trimEnd().split('\n')
  expect(args.slice(-5)).toEqual(['--option', 'connect-timeout', '60', '-j', '3'])
})
