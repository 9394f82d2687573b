/** `start`: all at once, returns when they are up. */
import { defineCommand } from '../command.ts'
import { noWaitFrom, readyFrom, readyOptions, waitOptions } from '../options.ts'

export const start = defineCommand({
  name: 'start',
  usage: ['NAME... [OPTION...]'],
  summary: 'Start containers and wait until they are up',
  examples: ['extra-container start web --wait port:80 --timeout 20'],
  options: { ...readyOptions, ...waitOptions },
  words: [1, Number.POSITIVE_INFINITY],
  async run(host, args) {
    const { startInstalled } = await import('../../container/start-command.ts')
    await startInstalled(host, args.words, { restart: false, wait: readyFrom(args), ...noWaitFrom(args) })
    return 0
  },
})
