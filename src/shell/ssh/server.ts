/** The session's end of cssh: keeps one connection to each container, and runs on it what cssh asks for. */
import type { Duplex } from 'node:stream'
import { OperationError, UsageError } from '../../host/errors.ts'
import type { Host, Listener } from '../../host/host.ts'
import { parseSshArguments, type SshArguments, usage } from './arguments.ts'
import { type Connection, connect, type Target } from './connection.ts'
import { forward } from './forward.ts'
import { createDecoder, encode, type Frame, type Request, types } from './frames.ts'
import { runRemote } from './remote.ts'

/** ssh's own status for what is not the command's. */
const failed = 255
const usageStatus = 2

export interface SshServer {
  /** What cssh connects to. */
  socket: string
  close(): Promise<void>
}

/** @param targetOf what to connect to, asked each time; throws OperationError where there is nothing */
export async function serveSsh(
  host: Host,
  privateKey: string,
  names: readonly string[],
  targetOf: (name: string) => Promise<Target>,
): Promise<SshServer> {
  const pool = createPool(host, privateKey, targetOf)
  const listener: Listener = await host.sockets.serve('ssh', (stream) => {
    void serveOne(host, stream, names, pool)
  })
  return {
    socket: String(listener.at),
    close: async () => {
      await listener.close()
      pool.close()
    },
  }
}

/** Serves one cssh from its request to the exit status. */
async function serveOne(host: Host, stream: Duplex, names: readonly string[], pool: Pool): Promise<void> {
  const gone = new AbortController()
  stream.once('close', () => gone.abort())
  const finish = (status: number, message?: string) => {
    if (message !== undefined) stream.write(encode(types.note, message))
    stream.end(encode(types.exit, String(status)))
  }
  const frames = receive(stream)
  try {
    const request = await frames.first
    const argv = request.argv.map(String)
    if (['--help', '-h'].includes(argv[0] ?? '')) return finish(0, usage(names))
    const asked = parseSshArguments(argv, names)
    const agent = agentFor(asked, request)
    const note = (line: string) => void stream.write(encode(types.note, line))
    await pool.use({ name: asked.container, agent, note, signal: gone.signal }, async (client, stop) => {
      const forwarded = await forward(host, client, asked, stop)
      try {
        finish(await runRemote({ client, stream, frames, asked, request, stop }))
      } finally {
        await forwarded.close()
      }
    })
  } catch (error) {
    if (error instanceof UsageError) finish(usageStatus, `cssh: ${error.message}`)
    else finish(failed, `cssh: ${(error as Error).message}`)
  }
}

function agentFor(asked: SshArguments, { agent }: Request): string | undefined {
  if (!asked.agent) return undefined
  if (agent) return agent
  throw new UsageError('-A lets the container use an SSH agent, and there is none: SSH_AUTH_SOCK is not set.')
}

export interface Frames {
  first: Promise<Request>
  /** Takes all frames after the first, those that came already too. */
  onFrame(listener: (frame: Frame) => void): void
}

function receive(stream: Duplex): Frames {
  const decode = createDecoder()
  const early: Frame[] = []
  let listener: (frame: Frame) => void = (frame) => early.push(frame)
  let settled = false
  const first = new Promise<Request>((resolve, reject) => {
    stream.on('data', (chunk: Buffer) => {
      for (const frame of decode(chunk)) {
        if (settled) listener(frame)
        else resolve(JSON.parse(frame.data.toString()) as Request)
        settled = true
      }
    })
    stream.once('close', () => reject(new OperationError('It left without a word.')))
  })
  return {
    first,
    onFrame: (given) => {
      listener = given
      for (const frame of early.splice(0)) given(frame)
    },
  }
}

interface Use {
  name: string
  agent: string | undefined
  note(line: string): void
  /** cssh ended. */
  signal: AbortSignal
}

type Body = (client: Connection['client'], stop: AbortSignal) => Promise<void>

interface Pool {
  use(use: Use, body: Body): Promise<void>
  close(): void
}

/** sshd's MaxSessions is 10: beyond, and for an agent, cssh gets a connection of its own. */
const sharers = 8

function createPool(host: Host, privateKey: string, targetOf: (name: string) => Promise<Target>): Pool {
  interface Kept {
    connecting: Promise<Connection>
    users: number
    leader: number | undefined
  }
  const kept = new Map<string, Kept>()
  const all = new Set<Connection['client']>()

  const open = async ({ name, agent, note, signal }: Use): Promise<Connection> => {
    const target = await targetOf(name)
    const connection = await connect(host, target, {
      privateKey,
      agent,
      onWait: () => note(`cssh: waiting for sshd of container "${name}" at ${target.address} port ${target.port}`),
      signal,
    })
    all.add(connection.client)
    connection.client.once('close', () => all.delete(connection.client))
    return connection
  }

  /** Counts the user. A container that was started anew has another init: what is kept leads nowhere, and may not even say so. */
  async function shared(use: Use): Promise<Kept | undefined> {
    const leader = await (await targetOf(use.name)).leader()
    const found = kept.get(use.name)
    if (found && found.leader === leader) {
      if (found.users >= sharers) return undefined
      found.users += 1
      return found
    }
    // Nobody's signal: others may wait for it by now.
    const connecting = open({ ...use, signal: new AbortController().signal })
    const entry: Kept = { connecting, users: 1, leader }
    kept.set(use.name, entry)
    const forget = () => {
      if (kept.get(use.name) === entry) kept.delete(use.name)
    }
    connecting.then(({ client, leader: reached }) => {
      entry.leader = reached
      client.once('close', forget)
    }, forget)
    return entry
  }

  async function run(connection: Connection, { signal }: Use, body: Body): Promise<void> {
    const lost = new AbortController()
    const onLost = () => lost.abort()
    connection.client.once('close', onLost)
    try {
      if (!signal.aborted) await body(connection.client, AbortSignal.any([signal, lost.signal]))
    } finally {
      connection.client.off('close', onLost)
    }
  }

  return {
    use: async (use, body) => {
      const entry = use.agent === undefined ? await shared(use) : undefined
      if (!entry) {
        const own = await open(use)
        return run(own, use, body).finally(() => own.client.end())
      }
      try {
        await run(await entry.connecting, use, body)
      } finally {
        entry.users -= 1
      }
    },
    close: () => {
      for (const client of all) client.destroy()
    },
  }
}
