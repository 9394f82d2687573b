import { expect, test } from '@jest/globals'
import { choose, parseChoice, parseNumber } from '../../../src/container/generation-choice.ts'

const day = 24 * 3600 * 1000
const now = 100 * day
const made = (number: number, days: number, current = false) => ({ number, made: now - days * day, current, path: '' })
const generations = [made(1, 50), made(2, 40), made(4, 20, true), made(5, 10), made(6, 1)]
const chosen = (word: string, of = generations) => choose(parseChoice(word), of, now)

test.each([
  ['3', [3]],
  ['old', [1, 2, 5, 6]],
  // 2 was current 30 days ago.
  ['30d', [1]],
  ['45d', []],
  // 5 was current 5 days ago, 4 is current.
  ['5d', [1, 2]],
  ['0d', [1, 2, 5]],
])('%s', (word, numbers) => {
  expect(chosen(word)).toEqual(numbers)
})

test.each(['', 'new', '-1', '1.5', '30days', '1-3', '+5', '99999999999999999999'])('%j is none', (word) => {
  expect(() => parseChoice(word)).toThrow(`${JSON.stringify(word)} names no generations. Write numbers, old, or an age`)
})

test.each(['', 'two', '-1', '1.5', '9999999999', '3d'])('%j is no number of a generation', (word) => {
  expect(() => parseNumber('web', word)).toThrow(
    `${JSON.stringify(word)} is no number of a generation. Show them: extra-container generations web`,
  )
})

test('a number is one', () => {
  expect(parseNumber('web', '12')).toBe(12)
})
