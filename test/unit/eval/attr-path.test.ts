import { expect, test } from '@jest/globals'
import { parseAttrPath } from '../../../src/eval/attr-path.ts'
import { UsageError } from '../../../src/host/errors.ts'

test.each([
  ['x', ['x']],
  ['x.y', ['x', 'y']],
  ['a b', ['a b']],
  ["'a b'", ['a b']],
  ['"a.b".c', ['a.b', 'c']],
  ['x."say \\"hi\\""', ['x', 'say "hi"']],
  ['0.x', ['0', 'x']],
])('%s', (text, names) => {
  expect(parseAttrPath(text)).toEqual(names)
})

test.each(['', '.', 'x.', '.x', 'x..y', '"open', "'open", '"a"b', "''"])('refuses %j', (text) => {
  expect(() => parseAttrPath(text)).toThrow(UsageError)
  expect(() => parseAttrPath(text)).toThrow(JSON.stringify(text))
})
