/** `show-host-key`: what an SSH client needs to know the container. */
import { defineCommand } from '../command.ts'

export const showHostKey = defineCommand({
  name: 'show-host-key',
  usage: ['NAME'],
  summary: "Print a container's public SSH host key",
  examples: ['echo "$(extra-container show-ip demo) $(extra-container show-host-key demo)" >>~/.ssh/known_hosts'],
  options: {},
  words: [1, 1],
  async run(host, args) {
    const { hostKeyOf } = await import('../../container/host-key.ts')
    host.out(await hostKeyOf(host, args.words[0] ?? ''))
    return 0
  },
})
