/** `nixcloud-container login` and `run` */
import { defineCommand } from '../../command.ts'
import { lxcParameters, lxcWords } from '../parameters.ts'

export const login = defineCommand({
  name: 'login',
  aliases: ['attach'],
  usage: ['NAME [-l WORDS]'],
  summary: "Open a shell of a container's root",
  options: lxcParameters('Open it by lxc-attach with these words: "--clear-env"'),
  words: [1, 1],
  async run(host, args) {
    const { loginNixcloud } = await import('../../../container/nixcloud/run-state.ts')
    return loginNixcloud(host, args.words[0] ?? '', lxcWords(args))
  },
})

export const run = defineCommand({
  name: 'run',
  usage: ['NAME CMD [ARG...]'],
  summary: "Run a command in a container; its exit status is this command's",
  options: {},
  words: [2, Number.POSITIVE_INFINITY],
  wordsEndOptions: 1,
  async run(host, args) {
    const { enterContainer } = await import('../../../container/control.ts')
    const { requireNixcloud } = await import('../../../container/nixcloud/installed.ts')
    const [name = '', ...argv] = args.words
    await requireNixcloud(host, name)
    return enterContainer(host, name, argv)
  },
})
