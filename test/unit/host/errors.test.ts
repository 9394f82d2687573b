import { constants } from 'node:os'
import { expect, test } from '@jest/globals'
import { Interrupted } from '../../../src/host/errors.ts'

test.each(['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP'] as const)('%s ends the program with its own status', (signal) => {
  const interrupted = Interrupted.from(AbortSignal.abort(signal))
  expect(interrupted.message).toBe(`Interrupted by ${signal}`)
  expect(interrupted.exitStatus).toBe(128 + constants.signals[signal])
})

test('what was given up for another reason counts as Ctrl-C', () => {
  expect(Interrupted.from(AbortSignal.abort()).signal).toBe('SIGINT')
})
