/** `nixcloud-container update` */
import { defineCommand } from '../../command.ts'
import { lxcWords, nixParameters, nixWords, noLxcParameters, refuseWords } from '../parameters.ts'

export const update = defineCommand({
  name: 'update',
  usage: ['NAME [FILE] [-n WORDS]'],
  summary: 'Build a container anew; one that runs takes it over in place',
  details: [
    'Without FILE it is built from the file that it was built from last. A container that is not there is created.',
  ],
  options: { ...nixParameters, ...noLxcParameters },
  words: [1, 2],
  async run(host, args) {
    const { updateNixcloud } = await import('../../../container/nixcloud/create.ts')
    const [name = '', file] = args.words
    refuseWords('update', lxcWords(args))
    await updateNixcloud(host, name, file, nixWords(args))
    return 0
  },
})
