/** Sessions are known while they live, and told from those that were killed. */
import { expect, test } from '@jest/globals'
import {
  forgetSession,
  lostOfSession,
  markLost,
  readSessions,
  registerSession,
  takeFromDead,
} from '../../../src/container/sessions.ts'
import { fakeHost } from '../../fake-host.ts'

const folder = '/run/extra-container/sessions'
const stat = (start: string) => `77 (node) S 1 ${'0 '.repeat(17)}${start} 0 0`
const own = { '/proc/1000/stat': stat('500') }

test('a session is registered with its containers until it ends', async () => {
  const host = fakeHost(undefined, { disk: own })
  const end = await registerSession(host, { kind: 'shell', names: ['a', 'b'], destroys: true })
  expect(await readSessions(host)).toEqual([
    {
      pid: 1000,
      startTime: '500',
      kind: 'shell',
      names: ['a', 'b'],
      destroys: true,
      alive: true,
    },
  ])
  await end()
  expect(await readSessions(host)).toEqual([])
})

test('a session that was killed is not alive, also where its PID is used again', async () => {
  const record = '{"kind":"shell","names":["a"]}'
  const host = fakeHost(undefined, { disk: { ...own, [`${folder}/1000-400`]: record, [`${folder}/77-1`]: record } })
  expect((await readSessions(host)).map(({ alive }) => alive)).toEqual([false, false])
  await forgetSession(host, { pid: 77, startTime: '1' })
  expect((await readSessions(host)).map(({ pid }) => pid)).toEqual([1000])
})

test('files that are no sessions, and such that were cut short, do no harm', async () => {
  const disk = { ...own, [`${folder}/1000-500.1000-x`]: '{}', [`${folder}/1000-500`]: '{"kin' }
  const host = fakeHost(undefined, { disk })
  expect(await readSessions(host)).toEqual([
    { pid: 1000, startTime: '500', kind: 'shell', names: [], destroys: false, alive: true },
  ])
})

test("what is made under the name of a container of a killed session is not that session's any more", async () => {
  const record = '{"kind":"shell","names":["a","b"],"destroys":true}'
  const killed = { pid: 77, startTime: '1' }
  const host = fakeHost(undefined, { disk: { ...own, [`${folder}/77-1`]: record } })
  await markLost(host, ['a'])
  expect(await lostOfSession(host, killed, ['a', 'b'])).toEqual(['a'])
  await takeFromDead(host, ['b'])
  expect(await lostOfSession(host, killed, ['a', 'b'])).toEqual(['a', 'b'])
})

test('in a lab, what its own shell destroys is no loss', async () => {
  const record = '{"kind":"shell","names":["web","db"],"destroys":true}'
  const disk = { ...own, '/proc/77/stat': stat('9'), [`${folder}/77-9`]: record }
  const host = fakeHost(undefined, { disk, env: { runningShellContainer: 'web db' } })
  await markLost(host, ['web'])
  expect(await lostOfSession(host, { pid: 77, startTime: '9' }, ['web'])).toEqual([])
})
