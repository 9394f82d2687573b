/** What runs a command line of nixos-container. */
export { orderArguments } from './argv.ts'
export { nixosContainerCommands } from './commands.ts'
