/**
 * The command `cssh` of a session: this terminal, or these pipes, for a program that the session's process runs in the
 * container. A bundle of its own, next to nothing: it starts anew with each call. So it takes no Host, and is the one file
 * outside of src/host that starts a program: what a Host loads would take longer than all that it does.
 */
import { execFileSync } from 'node:child_process'
import { connect } from 'node:net'
import { constants } from 'node:os'
import { createDecoder, encode, type Frame, type Request, type Size, types } from './shell/ssh/frames.ts'

const { stdin, stdout, stderr, env } = process
const isTerminal = !!(stdin.isTTY && stdout.isTTY && stderr.isTTY)
const size = (): Size => ({ columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 })
let exiting = false
let saved: string | undefined

/** Not setRawMode(): it leaves the terminal adding returns to newlines, which full-screen programs do not expect. */
const stty = (...args: string[]) =>
  execFileSync('stty', args, { stdio: ['inherit', 'pipe', 'ignore'], encoding: 'utf8' })

function exit(status: number, message?: string): void {
  if (exiting) return
  exiting = true
  try {
    if (saved !== undefined) stty(saved)
  } catch {
    // The terminal is gone.
  }
  if (message) stderr.write(`cssh: ${message}\n`)
  process.exitCode = status
  socket?.destroy()
  // What it read and nobody wants would keep the process.
  stdin.destroy()
  // Not process.exit() at once: output to a pipe would be cut off.
  const streams = [stdout, stderr]
  const end = () => streams.every((stream) => stream.writableLength === 0) && process.exit(status)
  for (const stream of streams) stream.on('drain', end)
  end()
}

const path = env.EXTRA_CONTAINER_SSH
const socket = path ? connect(path) : undefined
if (!socket) {
  exit(
    2,
    'SSH is off in this session. Start it with --ssh, and give the container a private network: ' +
      'containers.NAME.extra.addressPrefix = "10.250.0"',
  )
} else {
  run(socket)
}

function run(socket: NonNullable<ReturnType<typeof connect>>): void {
  const request: Request = {
    argv: process.argv.slice(2),
    terminal: isTerminal ? { ...size(), term: env.TERM || 'dumb' } : undefined,
    agent: env.SSH_AUTH_SOCK,
  }
  socket.write(encode(types.request, JSON.stringify(request)))
  const decode = createDecoder()
  socket.on('data', (chunk) => decode(chunk).forEach(take))
  socket.on('error', () => exit(255, 'The session that started the container has ended.'))
  socket.on('close', () => exit(255, 'The session that started the container has ended.'))

  function take({ type, data }: Frame): void {
    if (type === types.stdout || type === types.stderr) pass(type === types.stdout ? stdout : stderr, data)
    else if (type === types.note) stderr.write(`${data}\n`)
    else if (type === types.started) begin(JSON.parse(data.toString()))
    else if (type === types.exit) exit(Number(data.toString()))
  }

  /** A reader that is slow makes the program inside wait, as in any pipe. */
  function pass(stream: NodeJS.WriteStream, data: Buffer): void {
    if (stream.write(data)) return
    socket.pause()
    stream.once('drain', () => socket.resume())
  }

  function begin({ raw, input }: { raw: boolean; input: boolean }): void {
    if (raw && stdin.isTTY) {
      saved = stty('-g').trim()
      stty('raw', '-echo')
    }
    if (raw) stdout.on('resize', () => socket.write(encode(types.resize, JSON.stringify(size()))))
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)
      process.on(signal, () => interrupt(signal))
    if (!input) return
    stdin.on('data', (data: Buffer) => {
      if (socket.write(encode(types.stdin, data))) return
      stdin.pause()
      socket.once('drain', () => stdin.resume())
    })
    stdin.on('end', () => socket.write(encode(types.stdinEnd)))
    // Closed, or the terminal went away.
    stdin.on('error', () => socket.write(encode(types.stdinEnd)))
  }

  let interrupted = false
  function interrupt(signal: NodeJS.Signals): void {
    const status = 128 + constants.signals[signal]
    if (interrupted) exit(status)
    interrupted = true
    // The program inside decides, for a while.
    socket.write(encode(types.signal, signal))
    setTimeout(() => exit(status), 2000).unref()
  }
}

for (const stream of [stdout, stderr]) {
  // Nobody reads any more: as SIGPIPE would end it.
  stream.on('error', () => exit(128 + constants.signals.SIGPIPE))
}
