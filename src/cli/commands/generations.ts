/** `generations`: what a container was, and going back to it. */
import { UsageError } from '../../host/errors.ts'
import { defineCommand } from '../command.ts'
import { noWaitFrom, waitOptions } from '../options.ts'

const usage = ['NAME', 'list NAME', 'switch NAME NUMBER', 'rollback NAME', 'delete NAME NUMBER...|old|30d'] as const

export const generations = defineCommand({
  name: 'generations',
  usage,
  summary: 'Show what a container was, and go back to it',
  details: [
    'Each create that changes a container makes a generation of it, which the garbage collector keeps. ' +
      'list tells what each changed: units and packages of its system, options of the container.',
    'switch and rollback (to the one before) update a running container in place where only its system differs, else restart it. ' +
      'Where that fails it is what it was before. One that is down is not started.',
    'delete takes numbers, old for all but the current one, or an age in days for those that were no longer current by then.',
  ],
  examples: [
    'extra-container generations demo',
    'extra-container generations rollback demo',
    'extra-container generations delete demo 30d',
  ],
  options: {
    json: { type: 'flag', description: 'Print the list as one JSON document (docs/generations.md)' },
    ...waitOptions,
  },
  words: [1, Number.POSITIVE_INFINITY],
  async run(host, args) {
    const [verb = '', name = '', ...which] = args.words
    const options = noWaitFrom(args)
    const operations = await import('../../container/generations.ts')
    const wrong = () => new UsageError(`generations takes: ${usage.join(', ')}.`)
    if (args.json && args.words.length > 1 && verb !== 'list') throw new UsageError('--json is for the list.')
    if (args.words.length === 1 || verb === 'list') {
      if (args.words.length > 2 || (verb === 'list' && name === '')) throw wrong()
      const { generationsDocument, generationsText } = await import('../../container/generations-text.ts')
      const profile = await operations.listGenerations(host, name || verb)
      host.out(args.json ? JSON.stringify(generationsDocument(name || verb, profile)) : generationsText(profile))
      return 0
    }
    if (verb === 'switch' && which.length === 1) {
      const { parseNumber } = await import('../../container/generation-choice.ts')
      await operations.switchGeneration(host, name, parseNumber(name, which[0] ?? ''), options)
    } else if (verb === 'rollback' && which.length === 0) {
      await operations.rollbackGeneration(host, name, options)
    } else if (verb === 'delete' && which.length > 0) {
      const { deletedText } = await import('../../container/generations-text.ts')
      host.note(deletedText(name, await operations.deleteGenerations(host, name, which, options)))
    } else throw wrong()
    return 0
  },
})
