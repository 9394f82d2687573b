/** `cssh -L` and `-R`: ports of one side that lead to the other, for as long as the cssh that asked for them. */
import type { Duplex } from 'node:stream'
import type { Client, TcpConnectionDetails } from 'ssh2'
import { OperationError } from '../../host/errors.ts'
import type { Host } from '../../host/host.ts'
import type { Forward, SshArguments } from './arguments.ts'

const connectTimeout = 10_000

/** @throws OperationError naming the port that cannot be had */
export async function forward(
  host: Host,
  client: Client,
  { local, remote }: Pick<SshArguments, 'local' | 'remote'>,
  stop: AbortSignal,
): Promise<{ close(): Promise<void> }> {
  const closers: (() => Promise<void>)[] = []
  const close = async () => {
    for (const one of closers.splice(0)) await one()
  }
  try {
    for (const spec of local) closers.push(await forwardLocal(host, client, spec))
    for (const spec of remote) closers.push(await forwardRemote(host, client, spec))
  } catch (error) {
    await close()
    throw error
  }
  // A port must not outlive the connection, whatever the command does.
  stop.addEventListener('abort', () => void close(), { once: true })
  if (stop.aborted) await close()
  return { close }
}

async function forwardLocal(host: Host, client: Client, spec: Forward): Promise<() => Promise<void>> {
  const { address, port, host: inside, hostPort } = spec
  const taken = (stream: Duplex) =>
    client.forwardOut('127.0.0.1', 0, inside, hostPort, (error, channel) => {
      if (error) stream.destroy()
      else join(stream, channel)
    })
  const listener = await host.sockets.listen(address, port, taken).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'EADDRINUSE' ? 'it is in use' : (error.code ?? error.message)
    throw new OperationError(`-L cannot listen on port ${port} of ${address}: ${why}. Choose another port.`)
  })
  return listener.close
}

async function forwardRemote(host: Host, client: Client, spec: Forward): Promise<() => Promise<void>> {
  // sshd's own words for loopback and for all addresses.
  const address = spec.address === '127.0.0.1' ? 'localhost' : spec.address === '::' ? '' : spec.address
  const port = await new Promise<number>((resolve, reject) => {
    client.forwardIn(address, spec.port, (error, bound) => {
      if (!error) return resolve(bound)
      reject(
        new OperationError(`-R cannot listen on port ${spec.port} in the container: it is in use, or not allowed.`),
      )
    })
  })
  const onConnection = (details: TcpConnectionDetails, accept: () => Duplex, deny: () => void) => {
    if (details.destPort !== port) return
    host.sockets.connect(spec.host, spec.hostPort, connectTimeout).then((stream) => join(stream, accept()), deny)
  }
  client.on('tcp connection', onConnection)
  return async () => {
    client.off('tcp connection', onConnection)
    await new Promise<void>((resolve) => {
      try {
        client.unforwardIn(address, port, () => resolve())
        client.once('close', () => resolve())
      } catch {
        // The connection has ended, and the port with it.
        resolve()
      }
    })
  }
}

function join(one: Duplex, other: Duplex): void {
  one.pipe(other).pipe(one)
  for (const [stream, peer] of [
    [one, other],
    [other, one],
  ] as const) {
    stream.on('error', () => {})
    stream.once('close', () => peer.destroy())
  }
}
