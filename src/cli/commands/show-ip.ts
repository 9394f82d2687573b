/** `show-ip`: the container's own address. */
import { defineCommand } from '../command.ts'

export const showIp = defineCommand({
  name: 'show-ip',
  usage: ['NAME'],
  summary: "Print a container's address",
  options: {},
  words: [1, 1],
  unprivileged: true,
  async run(host, args) {
    const { addressOf } = await import('../../container/control.ts')
    host.out(await addressOf(host, args.words[0] ?? ''))
    return 0
  },
})
