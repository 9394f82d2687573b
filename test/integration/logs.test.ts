/** `logs` of containers that are down: the words that it takes, and which journal it shows. */
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { buildProgram, makeWorld, type World } from './world.ts'

let world: World
beforeAll(async () => void (await buildProgram()), 60_000)
beforeEach(async () => {
  world = await makeWorld()
  await world.etc({ web: 'SYSTEM_PATH=/nix/store/0-system\n', lxc: 'KIND=lxc\nSYSTEM_PATH=/nix/store/0-system\n' })
})
afterEach(() => world.remove())

/** @param up whether another container runs: without any, the private manager ends */
async function logs(words: string, before = ':', up = false) {
  const outcome = await world.run([], {
    script: `exec 4>&2 2>/dev/null
      "$0" create -E x ${up ? '--start >&2; "$0" stop web' : '>&2'}; ${before}; "$0" logs ${words} 2>&4; status=$?
      "$0" destroy -a; exit $status`,
  })
  // The shell around the world tells of the manager's end.
  return { ...outcome, stderr: outcome.stderr.replace(/^.*world\.sh: line .*\n/m, '') }
}
const keepsJournal = (root: string) => `mkdir -p ${root}/var/log/journal/id; touch ${root}/var/log/journal/id/a.journal`

test.each([
  ['web', '/var/lib/nixos-containers/web', ''],
  ['lxc', '/var/lib/lxc/lxc/rootfs', ''],
  ['web -n 20 -f -u nginx --unit db', '/var/lib/nixos-containers/web', ' --lines=20 --follow --unit=nginx --unit=db'],
  ['--lines=3 web', '/var/lib/nixos-containers/web', ' --lines=3'],
])('logs %s: the journal in %s', async (words, root, flags) => {
  const outcome = await logs(words, keepsJournal(root))
  expect(outcome).toMatchObject({
    status: 0,
    stdout: `lines of: --directory=${root}/var/log/journal --no-pager${flags}\n`,
    stderr: '',
  })
})

test('one that keeps no journal: what its unit logged, and that it is that', async () => {
  expect(await logs('web -n 4', ':', true)).toMatchObject({
    status: 0,
    stdout: 'last words of the container\n',
    stderr: 'Container "web" is down and keeps no journal. This is what its unit container@web.service logged:\n',
  })
  expect(await world.read('calls')).toContain('journalctl --no-pager --lines=4 --unit=container@web.service')
})

test('one that failed: why, on standard error', async () => {
  const outcome = await logs('web', keepsJournal('/var/lib/nixos-containers/web'), true)
  expect(outcome).toMatchObject({
    status: 0,
    stdout: 'lines of: --directory=/var/lib/nixos-containers/web/var/log/journal --no-pager\n',
    stderr:
      'Container "web" failed when it ran last. The last lines of its unit container@web.service:\n' +
      '  last words of the container\n',
  })
})

test.each([
  ['nobody', 1, 'Container "nobody" is not installed. Show those that are: extra-container list'],
  ['web -u nginx', 1, 'Container "web" is down and keeps no journal. Start it: extra-container start web'],
  ['', 2, 'logs needs more words'],
  ['web lxc', 2, 'logs does not take "lxc"'],
  ['web -n many', 2, '--lines takes a number, and "many" is none.'],
  ['web -u ""', 2, '--unit needs the name of a unit'],
  ['web -n', 2, '-n/--lines needs LINES after it'],
])('logs %s: exit status %i', async (words, status, message) => {
  expect(await logs(words)).toMatchObject({ status, stdout: '', stderr: expect.stringContaining(message) })
})
