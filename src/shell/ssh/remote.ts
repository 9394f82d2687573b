/** One command, or login shell, on a connection: its streams, its terminal and its end are those of a cssh. */
import { constants } from 'node:os'
import type { Duplex } from 'node:stream'
import type { Client, ClientChannel, PseudoTtyOptions } from 'ssh2'
import { OperationError } from '../../host/errors.ts'
import type { SshArguments } from './arguments.ts'
import { encode, type Frame, type Request, type Size, types } from './frames.ts'

export interface RemoteOptions {
  client: Client
  /** To cssh. */
  stream: Duplex
  /** From cssh. */
  frames: { onFrame(listener: (frame: Frame) => void): void }
  asked: SshArguments
  request: Request
  /** cssh ended, or the connection did. */
  stop: AbortSignal
}

/** Gives the exit status, as a shell has it. @throws OperationError where the connection ends before the command */
export async function runRemote({ client, stream, frames, asked, request, stop }: RemoteOptions): Promise<number> {
  if (asked.noCommand) return onlyForward(stream, frames, stop)
  const pty = terminalFor(asked, request)
  const { channel, ended } = await openChannel(client, asked, pty)
  stream.write(encode(types.started, JSON.stringify({ raw: pty !== undefined, input: !asked.noInput })))
  if (asked.noInput) channel.end()
  frames.onFrame((frame) => take(channel, stream, frame))
  // Full on one side, the other waits.
  channel.on('drain', () => stream.resume())
  relay(channel, channel, stream, types.stdout)
  relay(channel, channel.stderr, stream, types.stderr)
  const abort = () => channel.destroy()
  stop.addEventListener('abort', abort, { once: true })
  if (stop.aborted) abort()
  try {
    return await statusOf(channel, ended, stop)
  } finally {
    stop.removeEventListener('abort', abort)
    // An interrupted cssh leaves nobody who reads: sshd tells the command so by closing its streams.
    channel.close()
  }
}

function onlyForward(stream: Duplex, frames: RemoteOptions['frames'], stop: AbortSignal): Promise<number> {
  stream.write(encode(types.started, JSON.stringify({ raw: false, input: false })))
  return new Promise((resolve, reject) => {
    frames.onFrame(({ type, data }) => {
      if (type === types.signal) resolve(signalStatus(data.toString()))
    })
    const end = () => reject(connectionLost())
    if (stop.aborted) end()
    stop.addEventListener('abort', end, { once: true })
  })
}

const connectionLost = () => new OperationError('The connection to the container has ended.')

function terminalFor({ terminal: wanted, command }: SshArguments, { terminal }: Request): PseudoTtyOptions | undefined {
  if (wanted === false || (wanted === undefined && !terminal)) return undefined
  if (!terminal && command === undefined && !wanted) return undefined
  const { columns = 80, rows = 24, term = 'dumb' } = terminal ?? {}
  return { cols: columns, rows, term }
}

interface Opened {
  channel: ClientChannel
  ended: Ended
}

function openChannel(client: Client, asked: SshArguments, pty: PseudoTtyOptions | undefined): Promise<Opened> {
  return new Promise((resolve, reject) => {
    const opened = (error: Error | undefined, channel: ClientChannel) => {
      if (error) reject(new OperationError(`The container's sshd refuses it: ${error.message}`))
      // Listened for at once: its end may have come together with this.
      else resolve({ channel, ended: watchEnd(channel) })
    }
    const options = { agentForward: asked.agent, ...(pty ? { pty } : {}) }
    if (asked.command !== undefined) client.exec(asked.command, options, opened)
    else client.shell(pty ?? false, { agentForward: asked.agent } as object, opened)
  })
}

function take(channel: ClientChannel, stream: Duplex, { type, data }: Frame): void {
  if (type === types.stdin) {
    if (channel.writable && !channel.write(data)) stream.pause()
  } else if (type === types.stdinEnd) {
    channel.end()
  } else if (type === types.resize) {
    const { columns, rows } = JSON.parse(data.toString()) as Size
    channel.setWindow(rows, columns, 0, 0)
  } else if (type === types.signal) {
    channel.signal(data.toString().replace(/^SIG/, ''))
  }
}

function relay(channel: ClientChannel, from: NodeJS.ReadableStream, stream: Duplex, type: number): void {
  from.on('data', (data: Buffer) => {
    if (stream.write(encode(type, data))) return
    channel.pause()
    channel.stderr.pause()
  })
  stream.on('drain', () => from.resume())
}

interface Ended {
  status: number | undefined
}

function watchEnd(channel: ClientChannel): Ended {
  const ended: Ended = { status: undefined }
  channel.on('error', () => {})
  channel.on('exit', (code: number | null, signal?: string) => {
    ended.status = code ?? signalStatus(signal)
  })
  return ended
}

function statusOf(channel: ClientChannel, ended: Ended, stop: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    let open = 2
    // All that it printed was passed on when both have closed.
    const closed = () => {
      open -= 1
      if (open > 0 && !stop.aborted) return
      if (ended.status === undefined) reject(connectionLost())
      else resolve(ended.status)
    }
    channel.once('close', closed)
    channel.stderr.once('close', closed)
  })
}

function signalStatus(name = ''): number {
  const signal = name.startsWith('SIG') ? name : `SIG${name}`
  return 128 + (constants.signals[signal as NodeJS.Signals] ?? 0)
}
