/** `nixcloud-container destroy` */
import { defineCommand } from '../../command.ts'
import { lxcParameters, lxcWords, refuseWords } from '../parameters.ts'

export const destroy = defineCommand({
  name: 'destroy',
  usage: ['NAME [-l WORDS]'],
  summary: 'Remove a container that does not run, with its files and generations',
  options: lxcParameters('"--force": stop it first'),
  words: [1, 1],
  async run(host, args) {
    const { destroyNixcloud } = await import('../../../container/nixcloud/destroy.ts')
    const words = lxcWords(args)
    const isForce = (word: string) => ['-f', '--force'].includes(word)
    refuseWords(
      'destroy',
      words.filter((word) => !isForce(word)),
    )
    await destroyNixcloud(host, args.words[0] ?? '', { force: words.some(isForce) })
    return 0
  },
})
