/** What runs a command line of nixcloud-container. */
export { orderParameters } from './argv.ts'
export { nixcloudContainerCommands } from './commands.ts'
