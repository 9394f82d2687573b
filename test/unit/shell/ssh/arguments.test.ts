/** The words after `cssh`. */
import { describe, expect, test } from '@jest/globals'
import { UsageError } from '../../../../src/host/errors.ts'
import { parseSshArguments } from '../../../../src/shell/ssh/arguments.ts'

const parse = (words: string, names = ['demo']) => parseSshArguments(words === '' ? [] : words.split(' '), names)

test('without words it is a login shell in the only container', () => {
  expect(parse('')).toMatchObject({ container: 'demo', command: undefined, terminal: undefined, agent: false })
})

test('a command keeps its own options', () => {
  expect(parse('ls -l -A').command).toBe('ls -l -A')
  expect(parse('-- -x').command).toBe('-x')
  expect(parseSshArguments(['echo', '$HOME; ls'], ['demo']).command).toBe('echo $HOME; ls')
})

test('options before the command, also several in one word', () => {
  expect(parse('-A -n -t true')).toMatchObject({ agent: true, noInput: true, terminal: true, command: 'true' })
  expect(parse('-T true').terminal).toBe(false)
  const both = parse('-NL 8080:localhost:80 -R9090:[::1]:90')
  expect(both).toMatchObject({ noCommand: true, command: undefined })
  expect(both.local).toEqual([{ address: '127.0.0.1', port: 8080, host: 'localhost', hostPort: 80 }])
  expect(both.remote).toEqual([{ address: '127.0.0.1', port: 9090, host: '::1', hostPort: 90 }])
})

test.each([
  ['10.0.0.1:80:web:81', { address: '10.0.0.1', port: 80, host: 'web', hostPort: 81 }],
  ['[::1]:80:web:81', { address: '::1', port: 80, host: 'web', hostPort: 81 }],
  ['*:80:web:81', { address: '::', port: 80, host: 'web', hostPort: 81 }],
  [':80:web:81', { address: '::', port: 80, host: 'web', hostPort: 81 }],
])('-L %s', (spec, expected) => {
  expect(parse(`-L ${spec} true`).local).toEqual([expected])
})

test.each(['80', '80:web', '80:web:x', '80:web:0', '70000:web:80', 'a:b:c:d:e', '::1:80:web:81', '80::81'])(
  '-L %s is refused with an example',
  (spec) => {
    expect(() => parse(`-L ${spec}`)).toThrow(UsageError)
    expect(() => parse(`-L ${spec}`)).toThrow(
      `-L needs [ADDRESS:]PORT:HOST:HOST_PORT, for instance 8080:localhost:80, and "${spec}" is given.`,
    )
  },
)

test('an option without its value, or unknown, or a command beside -N', () => {
  expect(() => parse('-L')).toThrow('and nothing is given')
  expect(() => parse('-Z')).toThrow('cssh has no option -Z. Show all: cssh --help')
  expect(() => parse('-N true')).toThrow('-N runs no command, and "true" is given')
})

describe('with several containers', () => {
  const names = ['db', 'web']
  test('the name comes first, options on either side', () => {
    expect(parse('web uptime', names)).toMatchObject({ container: 'web', command: 'uptime' })
    expect(parse('-t web -A', names)).toMatchObject({
      container: 'web',
      command: undefined,
      terminal: true,
      agent: true,
    })
  })
  test('a missing or unknown name shows all', () => {
    expect(() => parse('', names)).toThrow(
      'It is not said which container. Write cssh NAME [COMMAND], with NAME one of db, web.',
    )
    expect(() => parse('uptime', names)).toThrow('There is no container uptime here.')
  })
})
