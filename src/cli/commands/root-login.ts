/** `root-login`: a root shell inside. */
import { defineCommand } from '../command.ts'

export const rootLogin = defineCommand({
  name: 'root-login',
  usage: ['NAME'],
  summary: 'Open a root shell in a container',
  options: {},
  words: [1, 1],
  async run(host, args) {
    const { enterContainer } = await import('../../container/control.ts')
    return enterContainer(host, args.words[0] ?? '', [])
  },
})
