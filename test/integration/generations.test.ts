/** generations over stand-ins: what is made, listed, switched, refused, and what a killed command leaves. */
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { buildProgram, makeWorld, type World } from './world.ts'

let world: World
beforeAll(async () => void (await buildProgram()), 60_000)
beforeEach(async () => {
  world = await makeWorld()
  for (const version of ['one', 'two', 'three']) {
    const conf = `SYSTEM_PATH=/nix/store/0-system\nHOST_ADDRESS=10.250.0.${version.length}\n`
    await world.etc({ demo: conf }, version)
    // Other options: a running container is restarted.
    const unit = `store/0-${version}/etc/systemd/system/container@demo.service`
    await world.write(unit, `[Service]\nExecStart=${version}\n`)
  }
})
afterEach(() => world.remove())

const folder = '/nix/var/nix/profiles/extra-container'
const prelude = `
  ec() { "$EC" "$@"; }
  create() { ec create "$@" >/dev/null; }
  profile() { find ${folder} -type l -printf '%f -> %l\\n' | sort; }
  installed() { readlink /etc/nixos-containers/demo.conf; }`
// What runs keeps the world's manager.
const run = (script: string) => world.run([], { script: `EC=$0; ${prelude}\n${script}` })
const running = 'create --start /nix/store/0-one; create /nix/store/0-two; create /nix/store/0-three'
const made = 'create /nix/store/0-one; create /nix/store/0-two; create /nix/store/0-three'

test('each create that changes a container makes one; shell, and a create that changes nothing, make none', async () => {
  const outcome = await run(
    `${running}; create /nix/store/0-three; ec shell /nix/store/0-one --no-destroy --run true; profile`,
  )
  expect(outcome).toMatchObject({
    status: 0,
    stdout:
      'demo -> demo-3-link\ndemo-1-link -> /nix/store/0-one\ndemo-2-link -> /nix/store/0-two\ndemo-3-link -> /nix/store/0-three\n',
  })
})

test('what something else installed meanwhile is none, and becomes one with the next change; rollback goes to the last', async () => {
  const script = `create --start /nix/store/0-one; create /nix/store/0-two
    ec shell /nix/store/0-three --no-destroy --run true
    ec generations demo | grep -c current
    ec generations delete demo 2; ec generations delete demo old
    ec generations rollback demo 2>/dev/null; profile; installed`
  expect((await run(script)).stdout).toBe(
    '0\ndemo -> demo-2-link\ndemo-2-link -> /nix/store/0-two\ndemo-3-link -> /nix/store/0-three\n' +
      '/nix/store/0-two/etc/nixos-containers/demo.conf\n',
  )
})

test('a new one is not installed where Nix makes no generation of it', async () => {
  await world.write('nix-env-error', 'error: disk full\n')
  const fresh = await run('create /nix/store/0-one')
  expect(fresh).toMatchObject({ status: 1, left: [] })
  expect(fresh.stderr).toContain('Container "demo" got no new generation: ')
  expect(fresh.stderr).toContain('disk full')
})

test('a list of none names what makes one', async () => {
  const outcome = await run('ec shell /nix/store/0-one --no-destroy --run true; ec generations demo')
  expect(outcome).toMatchObject({ status: 1, stdout: '' })
  expect(outcome.stderr).toContain('Container "demo" has no generations: the next create that changes it makes one.')
})

test('the document: what changed, and where', async () => {
  const { stdout } = await run(`${made}; ec generations demo --json`)
  const document = JSON.parse(stdout)
  expect(document).toMatchObject({ name: 'demo', profile: `${folder}/demo`, of: 'container' })
  expect(document.generations).toHaveLength(3)
  expect(document.generations[1]).toEqual({
    number: 2,
    date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    current: false,
    path: '/nix/store/0-two',
    changes: [{ what: 'container', name: 'Service.ExecStart', how: 'changed', before: 'one', after: 'two' }],
  })
})

test('switch and rollback restart what runs', async () => {
  const script = `${running}; ec generations switch demo 1; installed; ec generations switch demo 2; installed
    ec generations rollback demo; installed; ec generations demo | grep current | cut -c 1-4`
  const outcome = await run(script)
  const conf = (version: string) => `/nix/store/0-${version}/etc/nixos-containers/demo.conf`
  expect(outcome).toMatchObject({ status: 0, stdout: `${conf('one')}\n${conf('two')}\n${conf('one')}\n   1\n` })
  const calls = (await world.read('calls')).split('\n')
  const starts = calls.filter((call) => /^systemctl.*\b(re)?start\b/.test(call))
  expect(starts.length).toBeGreaterThanOrEqual(3)
})

test('one that does not start: the one before runs again, status 1, and why', async () => {
  const script = `${running}; ec generations switch demo 3; echo demo >"$WORLD/broken-once"; ec generations switch demo 1; echo "status $?"
    installed; profile | head -1; ls "$WORLD/active"`
  const outcome = await run(script)
  expect(outcome.stdout).toBe(
    'status 1\n/nix/store/0-three/etc/nixos-containers/demo.conf\ndemo -> demo-3-link\ncontainer@demo.service\n',
  )
  expect(outcome.stderr).toContain(
    'Container "demo" could not be switched to generation 1, and is generation 3 again:\n',
  )
  expect(outcome.stderr).toContain('last words of the container')
})

test('delete', async () => {
  const outcome = await run(
    `${made}; ec generations delete demo 1; ec generations delete demo old; ec generations delete demo 1d; profile`,
  )
  expect(outcome).toMatchObject({ status: 0, stdout: 'demo -> demo-3-link\ndemo-3-link -> /nix/store/0-three\n' })
  expect(outcome.stderr).toContain(
    'Deleted generations of demo: 1\nDeleted generations of demo: 2\ndemo has no such generations.\n',
  )
})

test.each([
  ['generations switch demo 4', 1, 'has no generation 4. There are: 1, 2, 3'],
  ['generations delete demo 7 1 8', 1, 'has no generation 7, 8. There are: 1, 2, 3'],
  ['generations delete demo 2 3', 1, 'Generation 3 of container "demo" is the current one, which cannot be deleted.'],
  ['generations delete demo 5x', 2, '"5x" names no generations. Write numbers, old, or an age in days'],
  ['generations switch demo two', 2, '"two" is no number of a generation. Show them: extra-container generations demo'],
  ['generations switch demo', 2, 'generations takes: NAME, list NAME,'],
  ['generations rollback demo --json', 2, '--json is for the list.'],
  ['generations other', 1, 'Container "other" is not installed.'],
  ['generations ../demo', 2, 'is no name for a container'],
])('%s', async (command, status, message) => {
  const outcome = await run(`${made}; profile >before; ec ${command}; status=$?; profile | cmp - before; exit $status`)
  expect(outcome).toMatchObject({ status, stdout: '' })
  expect(outcome.stderr).toContain(message)
})

test('a name that would take the place of a generation', async () => {
  const etc = await world.etc({ 'demo-1-link': 'SYSTEM_PATH=/nix/store/0-system\n' }, 'clash')
  const outcome = await run(`create ${etc}`)
  expect(outcome).toMatchObject({ status: 2, left: [] })
  expect(outcome.stderr).toContain('"demo-1-link" is what Nix calls a generation of a container "demo".')
})

test('destroy removes all of them; prune those of a container that is gone', async () => {
  const script = `${made}; ec destroy demo; profile
    ln -s /nix/store/0-one ${folder}/gone-1-link; ln -s gone-1-link ${folder}/gone; ec prune --dry-run; ec prune; profile`
  const line = 'generations of container gone, which is gone\n'
  expect(await run(script)).toMatchObject({ status: 0, left: [], stdout: line + line })
})

test('a command that was killed before the generation was made: the next one makes it', async () => {
  const script = `create /nix/store/0-one; create /nix/store/0-two
    rm ${folder}/demo*; mkdir -p /run/extra-container/steps
    echo '{"doing":"record","path":"/nix/store/0-two"}' >/run/extra-container/steps/demo
    ec stop demo; profile
    echo '{"doing":"record","path":"/nix/store/0-one"}' >/run/extra-container/steps/demo
    ec stop demo; profile; ls /run/extra-container/steps`
  const two = 'demo -> demo-1-link\ndemo-1-link -> /nix/store/0-two\n'
  const outcome = await run(script)
  // What is not installed any more becomes none.
  expect(outcome).toMatchObject({ status: 0, stdout: two + two })
  expect(outcome.stderr).toContain('Container "demo": a killed command left its generation unmade; it is made now.')
})

test('one that was killed while it switched: the next command selects the generation, and makes no new one', async () => {
  const script = `create /nix/store/0-one; create /nix/store/0-two; ec generations switch demo 1
    ln -sfn demo-2-link ${folder}/demo; mkdir -p /run/extra-container/steps
    echo '{"doing":"record","path":"/nix/store/0-one","number":1}' >/run/extra-container/steps/demo
    ec stop demo; profile`
  const links = 'demo -> demo-1-link\ndemo-1-link -> /nix/store/0-one\ndemo-2-link -> /nix/store/0-two\n'
  expect(await run(script)).toMatchObject({ status: 0, stdout: links })
})
