/** `nixcloud-container stop` and `terminate` */
import { defineCommand } from '../../command.ts'
import { lxcParameters, lxcWords } from '../parameters.ts'

export const stop = defineCommand({
  name: 'stop',
  usage: ['NAME [-l WORDS]'],
  summary: 'Shut a container down',
  options: lxcParameters('Stop it by lxc-stop with these words: "--timeout 5"'),
  words: [1, 1],
  async run(host, args) {
    const { stopNixcloud } = await import('../../../container/nixcloud/run-state.ts')
    await stopNixcloud(host, args.words[0] ?? '', { kill: false, words: lxcWords(args) })
    return 0
  },
})

export const terminate = defineCommand({
  name: 'terminate',
  usage: ['NAME [-l WORDS]'],
  summary: 'End a container at once, without an orderly shutdown',
  options: lxcParameters('End it by lxc-stop --kill with these words'),
  words: [1, 1],
  async run(host, args) {
    const { stopNixcloud } = await import('../../../container/nixcloud/run-state.ts')
    await stopNixcloud(host, args.words[0] ?? '', { kill: true, words: lxcWords(args) })
    return 0
  },
})
