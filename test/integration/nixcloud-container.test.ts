/** nixcloud-container's words, exit statuses, and whose containers it knows. */
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { buildProgram, makeWorld, type World } from './world.ts'

let world: World
beforeAll(async () => void (await buildProgram()), 60_000)
beforeEach(async () => {
  world = await makeWorld()
  await world.write('f.nix', '{ }')
})
afterEach(() => world.remove())

const conf = 'KIND=lxc\nSYSTEM_PATH=/nix/store/0-system\nHOST_BRIDGE=brNC-hostonly\nLOCAL_ADDRESS=10.101.0.2\n'
const run = (script: string) => world.run([], { script })

test('create: once; then it is there by all commands, for the update without a file too, until it is destroyed', async () => {
  const etc = await world.etc({ web: conf })
  const made = await run('nixcloud-container create web f.nix')
  expect(made).toMatchObject({ status: 0, stdout: '', stderr: expect.stringContaining('10.101.0.2') })
  expect(made.left).toContain(`/etc/nixos-containers/web.conf -> ${etc}/etc/nixos-containers/web.conf`)
  expect(made.left).toContain('/var/lib/lxc/web/nixConfigPath -> ')
  expect(made.left.filter((path) => path.includes('addresses'))).toEqual([])

  const asked = await run(`nixcloud-container create web f.nix 2>/dev/null
    for command in list "show-ip web" "exists web" "state web" "--show-ip web" "exists other"; do
      nixcloud-container $command; echo "$?"; done
    "$0" list --json; nixcloud-container create web f.nix 2>&1; echo $?
    rm f.nix; nixcloud-container update web 2>&1; echo $?
    nixcloud-container destroy web; echo $?; nixcloud-container list`)
  expect(asked.stdout.split('\n')).toEqual([
    ...['web', '0', '10.101.0.2', '0', 'container with name web does exist.', '0', 'STOPPED', '0', '10.101.0.2', '0'],
    ...['container with name other does not exist.', '1', '[{"name":"web","kind":"lxc"}]'],
    'extra-container: Container "web" already exists. Change it: nixcloud-container update web "f.nix"',
    '1',
    `Building container "web" from ${world.folder}/f.nix, as the last time.`,
    `extra-container: There is no file "${world.folder}/f.nix". Give the file that holds the container's configuration.`,
    ...['2', '0', ''],
  ])
  expect(asked.left).toEqual([])
})

test('what the evaluation is told, and -n', async () => {
  await world.etc({ web: conf })
  await run('nixcloud-container create web f.nix -n "-I nixpkgs=/x" -n "--cores 1"')
  const args = (await world.read('nix-build.args')).trim().split('\n')
  expect(args.slice(-4)).toEqual(['-I', 'nixpkgs=/x', '--cores', '1'])
  expect(JSON.parse(args[args.indexOf('facts') + 1] ?? '')).toMatchObject({
    nixcloud: { name: 'web', ip: '10.101.0.2' },
  })
})

test('containers of other kinds are left alone, and not listed', async () => {
  await world.etc({ web: conf.replace('KIND=lxc\n', '') })
  const outcome = await run(`"$0" create -E x >/dev/null; nixcloud-container list
    for command in "start web" "stop web" "terminate web" "login web" "state web" "create web f.nix" "update web f.nix" "rollback web" \
      "destroy web -l --force"; do
      nixcloud-container $command 2>/dev/null && echo "$command"; done
    nixcloud-container destroy web`)
  expect(outcome).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('of kind container') })
  expect(outcome.left).toHaveLength(4)
})

test.each([
  ['terminate nobody', 1, 'does not exist'],
  ['destroy nobody', 1, 'does not exist'],
  ['start nobody', 1, 'does not exist'],
  ['update nobody', 2, 'does not exist. Create it: nixcloud-container create nobody FILE'],
  ['create a/b f.nix', 2, 'no name for a container'],
  ['frob', 2, 'Show all: nixcloud-container help'],
  ['start nobody -l', 2, 'needs WORDS after it'],
])('%s: exit status %i', async (args, status, message) => {
  const outcome = await run(`nixcloud-container ${args}`)
  expect(outcome).toMatchObject({ status, stdout: '', stderr: expect.stringContaining(message), left: [] })
})
