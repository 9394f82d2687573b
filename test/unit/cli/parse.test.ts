import { describe, expect, test } from '@jest/globals'
import { build } from '../../../src/cli/commands/build.ts'
import { create } from '../../../src/cli/commands/create.ts'
import { run } from '../../../src/cli/commands/run.ts'
import { shell } from '../../../src/cli/commands/shell.ts'
import { checkVariables, extraFrom } from '../../../src/cli/options.ts'
import { parseArguments } from '../../../src/cli/parse.ts'
import { UsageError } from '../../../src/host/errors.ts'

describe('create', () => {
  test('knows long and short options, grouped and with =', () => {
    expect(parseArguments(create, ['file.nix', '-su', '--attr=x.y', '-r'])).toMatchObject({
      words: ['file.nix'],
      start: true,
      'update-changed': true,
      'restart-changed': true,
      attr: 'x.y',
      expr: undefined,
    })
  })

  test('takes - as a word', () => {
    expect(parseArguments(create, ['-', '-s'])).toMatchObject({ words: ['-'], start: true })
  })

  test('keeps names that look like numbers as they are', () => {
    expect(parseArguments(create, ['007', '-A', '1e3'])).toMatchObject({ words: ['007'], attr: '1e3' })
  })

  test('gives an expression whole, dashes and lines in it', () => {
    const expr = '{ a = "--start";\n  containers.demo = { }; }'
    expect(parseArguments(create, ['-E', expr])).toMatchObject({ expr, start: false })
  })

  test('passes all after --build-args on', () => {
    expect(parseArguments(create, ['f.nix', '-s', '--build-args', '--option', 'cores', '2', '-r'])).toMatchObject({
      start: true,
      'restart-changed': false,
      'build-args': ['--option', 'cores', '2', '-r'],
    })
  })
})

describe('shell', () => {
  test('--run takes all that follows as it is', () => {
    expect(parseArguments(shell, ['f.nix', '-n', '--run', 'c', 'ls', '-d', '--', '--run', '--help'])).toMatchObject({
      words: ['f.nix'],
      'no-destroy': true,
      destroy: false,
      run: ['c', 'ls', '-d', '--', '--run', '--help'],
      help: false,
    })
  })

  test('--build-args end at --run', () => {
    expect(parseArguments(shell, ['f.nix', '--build-args', '-j', '1', '--run', 'c', '--build-args'])).toMatchObject({
      'build-args': ['-j', '1'],
      run: ['c', '--build-args'],
    })
  })
})

test('run leaves the words of the command alone, with and without --', () => {
  expect(parseArguments(run, ['demo', '--', 'ls', '-l', '--', '--help'])).toMatchObject({
    words: ['demo', 'ls', '-l', '--', '--help'],
    help: false,
  })
  expect(parseArguments(run, ['demo', 'ls', '-l'])).toMatchObject({ words: ['demo', 'ls', '-l'] })
})

test('run takes its own flags only before the name', () => {
  expect(parseArguments(run, ['-u', 'bob', '-e', 'A=b', '--env=C=d e', 'demo', 'id', '-u', '-e'])).toMatchObject({
    user: 'bob',
    workdir: undefined,
    env: ['A=b', 'C=d e'],
    words: ['demo', 'id', '-u', '-e'],
  })
})

test.each(['A', '1A=b', '=b', 'A-B=c', ''])('-e %p is refused by name', (variable) => {
  expect(() => checkVariables(['GOOD=1', variable])).toThrow(`-e ${JSON.stringify(variable)} is no VAR=VALUE`)
})

test.each<[string, () => unknown, string]>([
  [
    'an unknown flag, with the near one',
    () => parseArguments(create, ['--strat']),
    'no option --strat. Did you mean --start?',
  ],
  ['an unknown short flag', () => parseArguments(create, ['-x']), 'no option -x.'],
  ['a flag of another command', () => parseArguments(build, ['--start']), 'build has no option --start'],
  ['-E without text', () => parseArguments(create, ['-E']), '-E/--expr needs EXPR'],
  ['-E before another option', () => parseArguments(create, ['-E', '--start']), '-E/--expr needs EXPR'],
  ['--run without a command', () => parseArguments(shell, ['f.nix', '--run']), '--run needs CMD'],
  ['--build-args without any', () => parseArguments(create, ['f.nix', '--build-args']), '--build-args needs ARG'],
  ['too many words', () => parseArguments(create, ['a', 'b', 'c d']), 'does not take "b" "c d"'],
  ['too few words', () => parseArguments(run, ['demo']), 'NAME -- CMD'],
])('refuses %s', (_, parse, message) => {
  expect(parse).toThrow(UsageError)
  expect(parse).toThrow(message)
})

test('a list takes each value that is given, a text the last', () => {
  const args = parseArguments(create, [
    '-p',
    '1:2',
    '--publish=3:4/udp',
    'x.nix',
    '-A',
    'a',
    '-A',
    'b',
    '--start',
    '-s',
  ])
  expect(args).toMatchObject({ publish: ['1:2', '3:4/udp'], words: ['x.nix'], attr: 'b', start: true })
  expect(parseArguments(create, ['x.nix'])).toMatchObject({ publish: [] })
  expect(() => parseArguments(create, ['x.nix', '-p'])).toThrow('-p/--publish needs')
})

test.each(['80', 'a:b', '8080:80/sctp', '1.2.3.4:80', '::1:8080:80', ''])('--publish %p is refused by name', (port) => {
  expect(() => extraFrom({ publish: [port] })).toThrow(`--publish ${JSON.stringify(port)}`)
})

test('--publish becomes extra.publish', () => {
  expect(extraFrom({ publish: ['[::1]:8080:80', '127.0.0.1:53:53/udp'] })).toEqual({
    publish: ['[::1]:8080:80', '127.0.0.1:53:53/udp'],
  })
  expect(extraFrom({ publish: [] })).toEqual({})
})
