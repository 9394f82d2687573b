/** `stop`: an orderly shutdown. */
import { defineCommand } from '../command.ts'
import { noWaitFrom, waitOptions } from '../options.ts'

export const stop = defineCommand({
  name: 'stop',
  usage: ['NAME...'],
  summary: 'Shut containers down',
  options: waitOptions,
  words: [1, Number.POSITIVE_INFINITY],
  async run(host, args) {
    const { changeInstalled } = await import('../../container/control.ts')
    await changeInstalled(host, args.words, noWaitFrom(args), ({ machines }, names) => machines.stop(names))
    return 0
  },
})
