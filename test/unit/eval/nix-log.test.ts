/** What Nix 2.8 (Debian 12), 2.26 (Debian 13) and 2.34 print with --log-format internal-json, recorded in November 2026. */
import { describe, expect, test } from '@jest/globals'
import { NixLog } from '../../../src/eval/nix-log.ts'

// Longer than the numbers of JavaScript, which would take the two for the same.
const [a, b] = ['18014398509481985', '18014398509481984']
const store = '/nix/store/7cxil3y3vr1xgzlgw7dxsfyzi9cy2pms'
const event = (json: string) => `@nix ${json}\n`
const building = event(
  `{"action":"start","fields":["${store}-bad.drv","",1,1],"id":${a},"level":3,"text":"building '${store}-bad.drv'","type":105}`,
)
const logLine = (line: string) => event(`{"action":"result","fields":[${JSON.stringify(line)}],"id":${a},"type":101}`)
const failed = event(
  `{"action":"msg","column":null,"file":null,"level":0,"line":null,"msg":"\\u001b[31;1merror:\\u001b[0m builder for '\\u001b[35;1m${store}-bad.drv\\u001b[0m' failed with exit code 3"}`,
)
const logOf = (...pieces: string[]) => {
  const log = new NixLog()
  for (const piece of pieces) log.take(piece)
  return log
}

describe('what it says', () => {
  test('messages without colours, other text as it is, in order, however it comes in pieces', () => {
    const all = `${event('{"action":"msg","level":0,"msg":"trace: hello\\nworld"}')}GC Warning: x\n${event('{"action":"msg","level":0,"msg":"\\u001b[31;1merror:\\u001b[0m \\u001b[35;1mno\\u001b[0m"}')}`
    const text = 'trace: hello\nworld\nGC Warning: x\nerror: no\n'
    expect(logOf(all).text).toBe(text)
    expect(logOf(...all).text).toBe(text)
  })

  test('a line that only begins like an event is text, as is one that is cut short', () => {
    expect(logOf('@nix is what it is\n@nix {"action":"msg","le').text).toBe(
      '@nix is what it is\n@nix {"action":"msg","le\n',
    )
  })

  test('the last lines of a failed build follow the error, with how to see all', () => {
    const lines = Array.from({ length: 12 }, (_, n) => logLine(`err ${n}`))
    const text = logOf(building, ...lines, failed, event(`{"action":"stop","id":${a}}`)).text
    expect(text).toBe(
      [
        `error: builder for '${store}-bad.drv' failed with exit code 3;`,
        '       last 10 log lines:',
        ...Array.from({ length: 10 }, (_, n) => `       > err ${n + 2}`),
        `       The whole log: nix-store --read-log ${store}-bad.drv`,
        '',
      ].join('\n'),
    )
  })

  test('also where it ended before, and in the words of 2.34', () => {
    const stop = event(`{"action":"stop","id":${a}}`)
    const msg = event(
      `{"action":"msg","level":0,"msg":"error: Cannot build '${store}-bad.drv'.\\n       Reason: builder failed with exit code 3."}`,
    )
    expect(logOf(building, logLine('why'), stop, msg).text).toBe(
      `error: Cannot build '${store}-bad.drv'.\n       Reason: builder failed with exit code 3.\n       last 1 log lines:\n       > why\n       The whole log: nix-store --read-log ${store}-bad.drv\n`,
    )
  })

  test('2.34 says the same of what was not built for want of another: that has no log', () => {
    const msg = `error: Cannot build '${store}-top.drv'.\n       Reason: 1 dependency failed.`
    expect(logOf(event(JSON.stringify({ action: 'msg', level: 0, msg }))).text).toBe(`${msg}\n`)
  })

  test('what a daemon says of the log is not said twice', () => {
    const msg = `error: builder for '${store}-bad.drv' failed with exit code 3;\n       last 1 log lines:\n       > why\n       For full logs, run 'nix log ${store}-bad.drv'.`
    expect(logOf(building, logLine('why'), event(JSON.stringify({ action: 'msg', level: 0, msg }))).text).toBe(
      `${msg}\n`,
    )
  })

  test('what a builder prints cannot steer a terminal', () => {
    const { text } = logOf(building, logLine('\u001b]0;title\u0007\u001b[2Jred\u001b[0m\r\u009b1m!'), failed)
    expect(text).toContain('> 0;titlered1m!\n')
  })
})

describe('what it does', () => {
  const start = (id: string, type: number, fields: unknown[] = []) =>
    event(`{"action":"start","id":${id},"level":0,"text":"","type":${type},"fields":${JSON.stringify(fields)}}`)
  const progress = (id: string, ...fields: number[]) =>
    event(`{"action":"result","fields":[${fields}],"id":${id},"type":105}`)

  test('nothing', () => {
    const log = logOf(start('1', 102), start('2', 104), start('3', 103), progress('2', 0, 0, 0, 0))
    expect([log.busy, log.built, log.fetched]).toEqual([false, { done: 0, expected: 0 }, { done: 0, expected: 0 }])
  })

  test('how many are built, and what', () => {
    const log = logOf(start('2', 104), building, progress('2', 1, 3, 1, 0))
    expect([log.busy, log.built, log.building]).toEqual([true, { done: 1, expected: 3 }, 'bad'])
    log.take(event(`{"action":"stop","id":${a}}`))
    expect([log.busy, log.building]).toEqual([false, undefined])
  })

  test('how many are fetched, and how much', () => {
    const log = logOf(
      start('1', 102),
      start('3', 103),
      progress('3', 1, 20, 1, 0),
      event('{"action":"result","fields":[101,5000],"id":1,"type":106}'),
      start(a, 108, [`${store}-glibc-2.40`, 'https://cache.nixos.org']),
      start(b, 101, ['https://cache.nixos.org/nar/x.nar.xz']),
      progress(b, 100, 1000, 0, 0),
    )
    expect([log.busy, log.fetched, log.downloaded]).toEqual([
      true,
      { done: 1, expected: 20 },
      { done: 100, expected: 5000 },
    ])
    expect(log.fetching).toBe('x.nar.xz')
    log.take(event(`{"action":"stop","id":${b}}`))
    expect(log.fetching).toBe('glibc-2.40')
    expect(log.downloaded).toEqual({ done: 100, expected: 5000 })
  })
})
