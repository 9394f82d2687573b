/** `terminate`: an end without an orderly shutdown. */
import { defineCommand } from '../command.ts'
import { noWaitFrom, waitOptions } from '../options.ts'

export const terminate = defineCommand({
  name: 'terminate',
  usage: ['NAME...'],
  summary: 'Kill all processes of containers at once, without an orderly shutdown',
  options: waitOptions,
  words: [1, Number.POSITIVE_INFINITY],
  async run(host, args) {
    const { changeInstalled } = await import('../../container/control.ts')
    await changeInstalled(host, args.words, noWaitFrom(args), ({ machines }, names) => machines.terminate(names))
    return 0
  },
})
