/** What a session with --ssh adds: the process that cssh talks to, and how other clients get in. */
import { thenAlways } from '../../container/always.ts'
import { type Declared, definedName } from '../../container/etc.ts'
import { pathsOf } from '../../container/paths.ts'
import { addressIn, hasSsh, sshLine } from '../../container/ssh.ts'
import type { Engine } from '../../container/with-machines.ts'
import { OperationError } from '../../host/errors.ts'
import type { Host, KeyPair } from '../../host/host.ts'
import type { Target } from './connection.ts'
import { serveSsh } from './server.ts'

export interface SessionSsh {
  /** For the session's environment. */
  env: Record<string, string>
  /** For its greeting. */
  hints: string[]
}

/** Serves cssh while `use` runs. */
export async function withSsh<T>(
  host: Host,
  engine: Engine,
  containers: readonly Declared[],
  keys: KeyPair,
  use: (ssh: SessionSsh) => Promise<T>,
): Promise<T> {
  const names = containers.map(definedName)
  const server = await serveSsh(host, keys.privateKey, names, async (name) => {
    const container = containers.find((other) => definedName(other) === name)
    if (!container) throw new OperationError(`Container "${name}" is not one of this session's.`)
    if (!(await host.files.exists(pathsOf(container.name).unit))) {
      throw new OperationError(`Container "${name}" was destroyed by another command.`)
    }
    return targetOf(engine, container)
  })
  const lines = containers.flatMap((container) => {
    const line = sshLine(container)
    return line === undefined ? [] : [`  ${line}${containers.length > 1 ? `  # ${container.name}` : ''}`]
  })
  return thenAlways(
    host,
    () =>
      use({
        env: { EXTRA_CONTAINER_SSH: server.socket },
        hints: lines.length > 0 ? ['For other SSH clients:', ...lines] : [],
      }),
    () => server.close(),
  )
}

function targetOf({ machines }: Engine, container: Declared): Target {
  const { name, settings, needs } = container
  const address = addressIn(settings)
  if (!hasSsh(container)) {
    throw new OperationError(`Container "${name}" has no sshd for cssh: its definition sets extra.enableSSH = false.`)
  }
  if (address === undefined) {
    throw new OperationError(
      `Container "${name}" has no address to connect to. Set localAddress, or extra.addressPrefix.`,
    )
  }
  return { name, address, port: needs?.ssh?.port ?? 22, leader: () => machines.leader(name) }
}
