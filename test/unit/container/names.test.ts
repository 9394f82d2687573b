import { describe, expect, test } from '@jest/globals'
import { checkName, refuseSameMachine } from '../../../src/container/names.ts'
import { UsageError } from '../../../src/host/errors.ts'

describe('checkName', () => {
  test.each(['a', 'demo', 'Web-1', '9lives', 'a_b', 'a__b-_c', 'x'.repeat(64)])('takes %s', (name) => {
    expect(checkName(name)).toBe(name)
  })

  test.each([
    ['', 'empty'],
    ['../x', 'allowed'],
    ['a b', 'allowed'],
    ['x'.repeat(65), '65 characters'],
    ['a@b', 'allowed'],
    ['-a', 'allowed'],
    ['a-', 'allowed'],
    ['a"b', 'allowed'],
    ["a'b", 'allowed'],
    ['a\nb', 'allowed'],
    ['a\n', 'allowed'],
    ['a.b', 'allowed'],
    ['_a', 'allowed'],
    ['a_', 'allowed'],
    ['.', 'allowed'],
    ['é', 'allowed'],
  ])('refuses %j', (name, reason) => {
    expect(() => checkName(name)).toThrow(UsageError)
    expect(() => checkName(name)).toThrow(reason)
    expect(() => checkName(name)).toThrow(JSON.stringify(name))
  })
})

describe('refuseSameMachine', () => {
  test('takes what systemd can tell apart, and a container that is installed already', () => {
    expect(() => refuseSameMachine(['a_b', 'a-c'], ['a_b', 'b'])).not.toThrow()
  })

  test.each([
    [['a_b', 'a-b'], []],
    [['a_b'], ['a-b']],
    [['a-b'], ['a_b']],
  ])('refuses %j beside %j', (declared, installed) => {
    expect(() => refuseSameMachine(declared, installed)).toThrow(UsageError)
    expect(() => refuseSameMachine(declared, installed)).toThrow(/"a_b"/)
    expect(() => refuseSameMachine(declared, installed)).toThrow(/"a-b"/)
  })
})
