/** A process is told from a later one of the same PID. */
import { describe, expect, test } from '@jest/globals'
import { isAlive, parseProcessId } from '../../../src/host/process-id.ts'

const stat = (start: string, state = 'S') => `77 (a) b) c) ${state} 1 ${'0 '.repeat(17)}${start} 0 0`

describe('a recorded process', () => {
  const process = { pid: 77, startTime: '500' }
  test('is told from a later one of the same PID', () => {
    expect(isAlive(process, stat('500'))).toBe(true)
    expect(isAlive(process, stat('501'))).toBe(false)
  })
  test('is not alive as a zombie, or gone', () => {
    expect(isAlive(process, stat('500', 'Z'))).toBe(false)
    expect(isAlive(process, undefined)).toBe(false)
  })
  test('is nothing where the record is half written', () => expect(parseProcessId('77')).toBeUndefined())
})
