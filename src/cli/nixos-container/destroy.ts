/** `nixos-container destroy`: one that is not there is no error. */
import { defineCommand } from '../command.ts'

export const destroy = defineCommand({
  name: 'destroy',
  usage: ['NAME'],
  summary: 'Stop a container and remove it with all its files',
  options: {},
  words: [1, 1],
  async run(host, args) {
    const { destroyNamed } = await import('../../container/destroy-command.ts')
    const { readInstalled } = await import('../../container/installed.ts')
    const { checkName } = await import('../../container/names.ts')
    const name = checkName(args.words[0] ?? '')
    if ((await readInstalled(host, name)).kind !== 'none') await destroyNamed(host, [name])
    return 0
  },
})
