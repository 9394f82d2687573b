import { expect, test } from '@jest/globals'
import { commandHelp, programHelp } from '../../../../src/cli/help.ts'
import { splitWords } from '../../../../src/cli/nixcloud-container/parameters.ts'
import { nixcloudContainerCommands, orderParameters } from '../../../../src/cli/nixcloud-container/program.ts'
import { runCli } from '../../../../src/cli/run-cli.ts'
import { fakeHost } from '../../../fake-host.ts'

const long = ['--nix-parameters=-I nixpkgs=/x', '--lxc-parameters=-F']

test.each([
  ['a plain one', ['create', 'a', 'f.nix'], ['create', 'a', 'f.nix']],
  [
    'values that look like options',
    ['create', 'a', 'f', '-n', '-I nixpkgs=/x', '-l', '-F'],
    ['create', 'a', 'f', ...long],
  ],
  ['before the words', ['create', '-n', '-I nixpkgs=/x', 'a', 'f'], ['create', long[0], 'a', 'f']],
  ['in one word', ['start', 'a', '-l-F'], ['start', 'a', long[1]]],
  ['by the long name', ['start', 'a', '--lxc-parameters', '-F'], ['start', 'a', long[1]]],
  ['once more, as sudo hands it on', ['create', 'a', 'f', ...long], ['create', 'a', 'f', ...long]],
  ["the original's other spelling", ['--show-ip', 'a'], ['show-ip', 'a']],
  ['another name of it', ['attach', 'a', '-l', '-F'], ['attach', 'a', long[1]]],
  ['a command for the container', ['run', 'a', 'ls', '-l', '-n'], ['run', 'a', 'ls', '-l', '-n']],
  ['no value', ['start', 'a', '-l'], ['start', 'a', '-l']],
  ['an option that it has not', ['start', 'a', '-n', 'x'], ['start', 'a', '-n', 'x']],
  ['no command', ['--help'], ['--help']],
])('%s', (_, given, ordered) => {
  expect(orderParameters(given, nixcloudContainerCommands)).toEqual(ordered)
})

test.each([
  ['-I nixpkgs=/x', ['-I', 'nixpkgs=/x']],
  ['  a\tb\n', ['a', 'b']],
  [`--arg x '{ a = "b c"; }' y"" ""`, ['--arg', 'x', '{ a = "b c"; }', 'y', '']],
  ['', []],
  ['$HOME *', ['$HOME', '*']],
])('the words of %j', (text, words) => {
  expect(splitWords('-n', text)).toEqual(words)
})

test.each([
  [['start', 'a', '-l'], 'needs WORDS after it'],
  [['start', 'a', '-l', '"x'], 'Close the quote'],
  [['start', 'a', '-l', '-P /x'], 'which its name does'],
  [['start', 'a', '-l', '-o "a b"'], 'has blanks'],
  [['stop', 'a', '-l', '-t 5 -n other'], '"-n" says which container it is'],
  [['terminate', 'a', '-l', '-kn other'], '"-kn" says which container it is'],
  [['login', 'a', '-l', '--name=other'], '"--name=other" says which container it is'],
  [['start', 'a', '-n', 'x'], 'start has no option -n'],
  [['create', 'a', 'f', '-l', '-t none'], 'has no use for -l "-t"'],
  [['destroy', 'a', '-l', '-s'], 'has no use for -l "-s"'],
  [['create', 'a'], 'needs more words'],
  [['create', 'a/b', 'f'], '"a/b" is no name'],
  [['create', 'x'.repeat(65), 'f'], 'has 65 characters'],
  [['create', 'a', 'f.nix'], 'There is no file "f.nix"'],
  [['what'], 'Show all: nixcloud-container help'],
])('%j is refused before anything is done', async (argv, message) => {
  const host = fakeHost()
  const done = runCli(host, ['nixcloud-container', ...argv])
  await expect(done).rejects.toMatchObject({ exitStatus: 2, message: expect.stringContaining(message) })
  expect(host.commands).toEqual([])
  expect(host.held).toEqual([])
})

test('its help has all commands of the original', () => {
  const help = programHelp(nixcloudContainerCommands)
  const names = 'create update destroy start login stop terminate list show-ip exists state run list-generations'.split(
    ' ',
  )
  for (const name of names) expect(help).toMatch(new RegExp(`^  ${name} `, 'm'))
  for (const command of nixcloudContainerCommands) {
    expect(commandHelp(command)).toContain(`Usage: nixcloud-container ${command.name}`)
  }
})
