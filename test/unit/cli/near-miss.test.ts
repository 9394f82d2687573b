import { expect, test } from '@jest/globals'
import { didYouMean, distance } from '../../../src/cli/near-miss.ts'

test.each([
  ['', '', 0],
  ['kitten', 'sitting', 3],
  ['list', 'list', 0],
  ['', 'abc', 3],
])('distance %s %s = %i', (a, b, far) => {
  expect(distance(a, b)).toBe(far)
})

test.each([
  ['lits', ' Did you mean list?'],
  ['destory', ' Did you mean destroy?'],
  ['dest', ' Did you mean destroy?'],
  ['frobnicate', ''],
  ['', ''],
])('%s →%s', (word, hint) => {
  expect(didYouMean(word, ['list', 'destroy', 'create', 'restart'])).toBe(hint)
})
