/** The commands of nixcloud-container, in the order of its help. */
import type { Command, Options } from '../command.ts'
import { exists, showIp, state } from './commands/ask.ts'
import { create } from './commands/create.ts'
import { destroy } from './commands/destroy.ts'
import { deleteGenerations, listGenerations, rollback, switchGeneration } from './commands/generations.ts'
import { list } from './commands/list.ts'
import { login, run } from './commands/login.ts'
import { start } from './commands/start.ts'
import { stop, terminate } from './commands/stop.ts'
import { update } from './commands/update.ts'

const own = [
  ...[create, update, destroy],
  ...[listGenerations, deleteGenerations, switchGeneration, rollback],
  ...[start, login, run, stop, terminate],
  ...[list, showIp, exists, state],
] as unknown

export const nixcloudContainerCommands: readonly Command<Options>[] = (own as readonly Command<Options>[]).map(
  (command) => ({ ...command, program: 'nixcloud-container' }),
)
