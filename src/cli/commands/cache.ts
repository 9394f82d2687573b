/** `cache`: the results of evaluations that are kept. */
import { UsageError } from '../../host/errors.ts'
import { defineCommand } from '../command.ts'

export const cache = defineCommand({
  name: 'cache',
  usage: ['status', 'clear'],
  summary: 'Show or forget the kept results of evaluations',
  details: [
    'A definition is not evaluated again while nothing changed that its evaluation looked at: files, folders, variables of the environment, settings. ' +
      'status tells how many results are kept, clear forgets them. --no-cache of other commands evaluates once more.',
  ],
  options: {},
  words: [1, 1],
  async run(host, { words }) {
    const { cacheFolder, cacheStatus, clearCache } = await import('../../eval/cache.ts')
    if (words[0] === 'clear') {
      host.out(`${await clearCache(host)} results forgotten`)
    } else if (words[0] === 'status') {
      const { count, oldest } = await cacheStatus(host)
      const since = oldest === undefined ? '' : `, the oldest of ${new Date(oldest).toISOString()}`
      host.out(`${count} results in ${cacheFolder}${since}`)
    } else {
      throw new UsageError(`cache takes status or clear, and not ${JSON.stringify(words[0])}.`)
    }
    return 0
  },
})
