import { readFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { commands } from '../../../src/cli/commands.ts'
import { commandHelp, programHelp, wrap } from '../../../src/cli/help.ts'
import { withReference } from '../../../src/cli/reference.ts'
import { runCli } from '../../../src/cli/run-cli.ts'
import { fakeHost } from '../../fake-host.ts'

test('the help names every command', () => {
  const help = programHelp(commands)
  for (const { name, summary } of commands) expect(help).toMatch(new RegExp(`^ {2}${name} +${summary}$`, 'm'))
})

test('the help of a command shows each of its options, in lines that fit a terminal', () => {
  for (const command of commands) {
    const help = commandHelp(command)
    for (const name of Object.keys(command.options)) expect(help).toContain(`--${name}`)
    const prose = help.split('\n').filter((line) => !line.includes('extra-container '))
    expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(88)
  }
})

test('wrap breaks at words', () => {
  expect(wrap('aa bb cc', 5)).toEqual(['aa bb', 'cc'])
})

test.each([
  [[], 'Usage: extra-container COMMAND'],
  [['help'], 'Usage: extra-container COMMAND'],
  [['--help'], 'Usage: extra-container COMMAND'],
  [['help', 'shell'], 'Usage: extra-container shell'],
  [['shell', '--help'], 'Usage: extra-container shell'],
  [['shell', '-E', 'x', '-h'], 'Usage: extra-container shell'],
  [['--version'], '0.9.7'],
])('%j prints help or version, also without root', async (argv, text) => {
  const host = fakeHost(undefined, {
    uid: 1000,
    disk: { '/root-of-the-program/package.json': '{"version":"0.9.7"}' },
  })
  expect(await runCli(host, argv)).toBe(0)
  expect(host.stdout.join('\n')).toContain(text)
  expect(host.commands).toEqual([])
})

test('runs itself again through sudo when not root', async () => {
  const host = fakeHost(() => ({ exitCode: 3 }), { uid: 1000 })
  expect(await runCli(host, ['stop', 'demo'])).toBe(3)
  expect(host.commands[0]?.slice(-3)).toEqual(['/root-of-the-program/bin/extra-container', 'stop', 'demo'])
  expect(host.commands[0]?.[0]).toBe('sudo')
})

test("README's command reference is today's (npm run docs:reference)", async () => {
  const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8')
  expect(readme).toBe(withReference(readme))
})
