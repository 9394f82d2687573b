/** `nixcloud-container list` */
import { defineCommand } from '../../command.ts'
import { lxcParameters, lxcWords } from '../parameters.ts'

export const list = defineCommand({
  name: 'list',
  usage: ['[-l WORDS]'],
  summary: 'Print the names of all containers, one a line',
  options: lxcParameters('Have the list printed by lxc-ls with these words: "--fancy"'),
  words: [0, 0],
  unprivileged: true,
  async run(host, args) {
    const { listNixcloud } = await import('../../../container/nixcloud/installed.ts')
    const words = lxcWords(args)
    if (words.length > 0) return (await host.attach('lxc-ls', words)).status
    for (const name of await listNixcloud(host)) host.out(name)
    return 0
  },
})
