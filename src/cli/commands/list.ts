/** `list`: reads a few folders and starts no process. */
import { defineCommand } from '../command.ts'

export const list = defineCommand({
  name: 'list',
  usage: [''],
  summary: 'Print the names of all containers, one a line',
  options: {
    json: { type: 'flag', description: 'Print a JSON array of { name, kind } instead' },
  },
  words: [0, 0],
  unprivileged: true,
  async run(host, args) {
    const { installedKind, listInstalled } = await import('../../container/installed.ts')
    const names = await listInstalled(host)
    if (args.json) {
      const list = await Promise.all(names.map(async (name) => ({ name, kind: await installedKind(host, name) })))
      host.out(JSON.stringify(list))
    } else for (const name of names) host.out(name)
    return 0
  },
})
