/** `restart`, also of containers that do not run. */
import { defineCommand } from '../command.ts'
import { noWaitFrom, readyFrom, readyOptions, waitOptions } from '../options.ts'

export const restart = defineCommand({
  name: 'restart',
  usage: ['NAME... [OPTION...]'],
  summary: 'Restart containers and wait until they are up',
  options: { ...readyOptions, ...waitOptions },
  words: [1, Number.POSITIVE_INFINITY],
  async run(host, args) {
    const { startInstalled } = await import('../../container/start-command.ts')
    await startInstalled(host, args.words, { restart: true, wait: readyFrom(args), ...noWaitFrom(args) })
    return 0
  },
})
