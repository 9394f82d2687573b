/** All commands, in the order in which the help shows them. */
import type { Command, Options } from './command.ts'
import { build } from './commands/build.ts'
import { cache } from './commands/cache.ts'
import { create } from './commands/create.ts'
import { destroy } from './commands/destroy.ts'
import { generations } from './commands/generations.ts'
import { list } from './commands/list.ts'
import { login } from './commands/login.ts'
import { logs } from './commands/logs.ts'
import { prune } from './commands/prune.ts'
import { restart } from './commands/restart.ts'
import { rootLogin } from './commands/root-login.ts'
import { run } from './commands/run.ts'
import { shell } from './commands/shell.ts'
import { showHostKey } from './commands/show-host-key.ts'
import { showIp } from './commands/show-ip.ts'
import { start } from './commands/start.ts'
import { status } from './commands/status.ts'
import { stop } from './commands/stop.ts'
import { terminate } from './commands/terminate.ts'
import { update } from './commands/update.ts'

export const commands = [
  create,
  shell,
  build,
  list,
  destroy,
  prune,
  start,
  stop,
  restart,
  terminate,
  update,
  status,
  logs,
  generations,
  run,
  rootLogin,
  login,
  showIp,
  showHostKey,
  cache,
] as unknown as readonly Command<Options>[]
