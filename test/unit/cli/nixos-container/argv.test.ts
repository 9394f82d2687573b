import { expect, test } from '@jest/globals'
import { commandHelp, programHelp } from '../../../../src/cli/help.ts'
import { nixosContainerCommands, orderArguments } from '../../../../src/cli/nixos-container/program.ts'

test.each([
  ['a plain one', 'create demo --auto-start', 'create demo --auto-start'],
  ['options before the command', '--config x --auto-start create demo', 'create --config x --auto-start demo'],
  ["Nix's options", 'create --option cores 1 demo --impure', 'create demo --build-args --option cores 1 --impure'],
  ['a command for the container', 'run demo -- nix --option a b', 'run demo -- nix --option a b'],
  ['nothing but an option', '--help', '--help'],
])('%s', (_, given, ordered) => {
  expect(orderArguments(given.split(' '), nixosContainerCommands)).toEqual(ordered.split(' '))
})

test('its help speaks of nixos-container, and shows all commands of it', () => {
  const help = programHelp(nixosContainerCommands)
  for (const name of 'list create destroy restart start stop terminate status update login root-login run show-ip'.split(
    ' ',
  )) {
    expect(help).toMatch(new RegExp(`^  ${name} `, 'm'))
  }
  expect(help).not.toContain('extra-container ')
  for (const command of nixosContainerCommands) {
    expect(commandHelp(command)).toContain(`Usage: nixos-container ${command.name}`)
  }
})
