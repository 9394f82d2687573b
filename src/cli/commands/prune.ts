/** `prune`: removes what was left by sessions and commands that were killed. */
import { defineCommand } from '../command.ts'
import { noWaitFrom, waitOptions } from '../options.ts'

export const prune = defineCommand({
  name: 'prune',
  usage: ['[--dry-run]'],
  summary: 'Remove what sessions and commands left that were killed',
  details: [
    'Prints a line for each thing removed: containers of sessions that were killed, changes to containers that were cut short (finished or undone), builds, gcroots, packet rules, interfaces and locks without owner. What runs, and what a living session or command uses, is left alone.',
  ],
  options: {
    'dry-run': { type: 'flag', description: 'Print what would be removed, and change nothing' },
    ...waitOptions,
  },
  words: [0, 0],
  async run(host, args) {
    const { prune } = await import('../../container/prune.ts')
    await prune(host, { dryRun: args['dry-run'], ...noWaitFrom(args) })
    return 0
  },
})
