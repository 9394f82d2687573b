/** The line that tells what Nix does: its words, when it is shown, and that it goes. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { NixLog } from '../../../src/eval/nix-log.ts'
import { describeProgress, showProgress } from '../../../src/eval/progress.ts'
import { type FakeHost, fakeHost } from '../../fake-host.ts'

const event = (json: object) => `@nix ${JSON.stringify(json)}\n`
const start = (id: number, type: number, ...fields: string[]) => event({ action: 'start', id, type, text: '', fields })
const result = (id: number, type: number, ...fields: number[]) => event({ action: 'result', id, type, fields })
const path = (name: string) => `/nix/store/7cxil3y3vr1xgzlgw7dxsfyzi9cy2pms-${name}`

const builds = start(1, 104) + result(1, 105, 3, 12, 1, 0) + start(2, 105, path('nginx-1.26.2.drv'))
const fetches =
  start(3, 103) +
  result(3, 105, 4, 20, 1, 0) +
  start(4, 108, path('glibc-2.40')) +
  start(5, 101) +
  result(5, 105, 2.5 * 1024 * 1024, 84_000_000, 0, 0)

const logOf = (text: string) => {
  const log = new NixLog()
  log.take(text)
  return log
}

describe('the words', () => {
  test.each<[string, string[], string]>([
    ['nothing', [''], ''],
    ['a build', [builds], '3 of 12 built: building nginx-1.26.2'],
    ['fetching', [fetches], '4 of 20 fetched (2.5 of 80.1 MiB): fetching glibc-2.40'],
    [
      'both',
      [builds + fetches],
      '3 of 12 built, 4 of 20 fetched (2.5 of 80.1 MiB): building nginx-1.26.2, fetching glibc-2.40',
    ],
    [
      'a download of the evaluation',
      [start(1, 101, 'https://x/nixexprs.tar.xz') + result(1, 105, 1048576, 2097152)],
      '1.0 of 2.0 MiB fetched: fetching nixexprs.tar.xz',
    ],
    ['several processes', [builds, builds], '6 of 24 built: building nginx-1.26.2'],
  ])('%s', (_, logs, line) => {
    expect(describeProgress(logs.map(logOf))).toBe(line)
  })
})

describe('when it is shown', () => {
  beforeEach(() => void jest.useFakeTimers())
  afterEach(() => void jest.useRealTimers())
  const on = (stderr: boolean, env = {}): FakeHost =>
    fakeHost(() => ({}), { tty: { stdin: false, stdout: false, stderr }, env })

  test('on a terminal: one line, replaced, and taken away at the end', () => {
    const host = on(true)
    const { log, end } = showProgress(host)
    jest.advanceTimersByTime(5000)
    log.take(builds)
    jest.advanceTimersByTime(1000)
    log.take(result(1, 105, 4, 12, 1, 0))
    jest.advanceTimersByTime(1000)
    end()
    jest.advanceTimersByTime(1000)
    expect(host.statuses).toEqual(['3 of 12 built: building nginx-1.26.2', '4 of 12 built: building nginx-1.26.2', ''])
    expect(host.stderr).toEqual([])
  })

  test('not for what ends at once, nor for an evaluation without builds', () => {
    const host = on(true)
    const { log, end } = showProgress(host)
    log.take(event({ action: 'msg', level: 0, msg: 'trace: x' }))
    jest.advanceTimersByTime(60_000)
    log.take(builds)
    jest.advanceTimersByTime(200)
    end()
    expect(host.statuses).toEqual([])
  })

  test.each([
    ['not on a terminal', false, {}],
    ['on one that cannot go back', true, { TERM: 'dumb' }],
  ])('%s: a line after some seconds, then now and then, and none twice', (_, tty, env) => {
    const host = on(tty, env)
    const { log, end } = showProgress(host)
    log.take(builds)
    jest.advanceTimersByTime(2500)
    expect(host.stderr).toEqual([])
    jest.advanceTimersByTime(1000)
    log.take(result(1, 105, 4, 12, 1, 0))
    jest.advanceTimersByTime(5000)
    expect(host.stderr).toEqual(['3 of 12 built: building nginx-1.26.2'])
    jest.advanceTimersByTime(60_000)
    end()
    expect(host.stderr.slice(1)).toEqual(['4 of 12 built: building nginx-1.26.2'])
    expect(host.statuses).toEqual([])
  })

  test('one line for several processes, until the last ends', () => {
    const host = on(true)
    const [one, two] = [showProgress(host), showProgress(host)]
    one.log.take(builds)
    two.log.take(builds)
    jest.advanceTimersByTime(1000)
    one.end()
    expect(host.statuses).toEqual(['6 of 24 built: building nginx-1.26.2'])
    two.end()
    expect(host.statuses.at(-1)).toBe('')
  })
})
