/** `nixos-container list`: every container that has a conf, whoever made it. */
import { defineCommand } from '../command.ts'

// In the folder that NixOS used before 22.05.
const ofPodman = /^(libpod|containers|registries|storage)\.conf$/

export const list = defineCommand({
  name: 'list',
  usage: [''],
  summary: 'Print the names of all containers of this machine, one a line',
  options: {},
  words: [0, 0],
  unprivileged: true,
  async run(host) {
    const { confFolder } = await import('../../container/paths.ts')
    for (const file of await host.files.list(confFolder)) {
      if (file.endsWith('.conf') && !ofPodman.test(file)) host.out(file.slice(0, -5))
    }
    return 0
  },
})
