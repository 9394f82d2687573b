/** `status`: `up`, `down` or `gone`, as nixos-container prints it. */
import { defineCommand } from '../command.ts'

export const status = defineCommand({
  name: 'status',
  usage: ['NAME'],
  summary: 'Print whether a container is up, down or gone; that it is gone is an error',
  options: {},
  words: [1, 1],
  async run(host, args) {
    const { withInstalled } = await import('../../container/control.ts')
    const { readInstalled } = await import('../../container/installed.ts')
    const { checkName } = await import('../../container/names.ts')
    const name = checkName(args.words[0] ?? '')
    if ((await readInstalled(host, name)).kind === 'none') host.out('gone')
    const states = await withInstalled(host, [name], ({ machines }, names) => machines.states(names))
    for (const state of states.values()) host.out(state === 'running' ? 'up' : 'down')
    return 0
  },
})
