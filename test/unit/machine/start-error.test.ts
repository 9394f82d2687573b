import { expect, test } from '@jest/globals'
import { startMessage } from '../../../src/machine/start-error.ts'

test('what the container logged is no command for the terminal', () => {
  expect(startMessage({ name: 'demo', reason: 'x', journal: ['\x1b[2Jgone', 'ü\ttab'] })).toBe(
    'Container "demo" did not start: x. Its last log lines:\n  ?[2Jgone\n  ü\ttab',
  )
})
