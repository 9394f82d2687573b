/** The commands of nixos-container, in the order of its help: four that differ from ours of that name, and ours. */
import type { Command, Options } from '../command.ts'
import { commands } from '../commands.ts'
import { create } from './create.ts'
import { destroy } from './destroy.ts'
import { list } from './list.ts'

const own = [list, create, destroy] as unknown as readonly Command<Options>[]
const shared = 'restart start stop terminate status update login root-login run show-ip show-host-key'.split(' ')

export const nixosContainerCommands: readonly Command<Options>[] = [
  ...own,
  ...commands.filter(({ name }) => shared.includes(name)),
].map((command) => ({ ...command, program: 'nixos-container' }))
