/** Processes that tests start: what they printed, byte for byte, and how they ended. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Writable } from 'node:stream'

export interface StartOptions {
  /** Written to standard input, which is then closed. 'open' leaves it to the test. */
  input?: string | Buffer | 'open'
  env?: Record<string, string>
  cwd?: string
  /** Milliseconds until everything it started is killed and the test fails; 120 seconds by default. */
  timeout?: number
}

export interface Finished {
  /** As a shell gives it. */
  status: number
  stdout: string
  stderr: string
  bytes: Buffer
}

export interface Running {
  stdin: Writable
  finished: Promise<Finished>
  /** To this process alone, as `kill PID` does. */
  signal(name: NodeJS.Signals): void
  /** To all that it started too, as a terminal does. */
  signalGroup(name: NodeJS.Signals): void
  /** Waits until it has printed that on either stream; fails when it ends before. */
  printed(text: string | RegExp): Promise<void>
}

export function start(argv: readonly string[], options: StartOptions, target: (pid: number) => number): Running {
  const [file = '', ...args] = argv
  const child = spawn(file, args, { stdio: 'pipe', detached: true })
  const out: Buffer[] = []
  const err: Buffer[] = []
  const pid = child.pid ?? 0
  let late = false
  child.stdout.on('data', (data: Buffer) => out.push(data))
  child.stderr.on('data', (data: Buffer) => err.push(data))
  // A command that does not read its input closes it early.
  child.stdin.on('error', () => {})
  if (options.input !== 'open') child.stdin.end(options.input ?? '')

  const limit = options.timeout ?? 120_000
  const timer = setTimeout(() => {
    late = true
    killGroup(pid, 'SIGKILL')
  }, limit)
  const text = (chunks: Buffer[]): string => Buffer.concat(chunks).toString()

  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (late) reject(new Error(`Not finished after ${limit} ms: ${argv.join(' ')}\n${text(out)}${text(err)}`))
      const status = signal ? 128 + constants.signals[signal] : (code ?? -1)
      resolve({ status, stdout: text(out), stderr: text(err), bytes: Buffer.concat(out) })
    })
  })

  const printed = async (wanted: string | RegExp): Promise<void> => {
    let ended = false
    const end = (): void => {
      ended = true
    }
    finished.then(end, end)
    for (;;) {
      const all = text(out) + text(err)
      if (typeof wanted === 'string' ? all.includes(wanted) : wanted.test(all)) return
      if (ended) throw new Error(`It ended without printing ${wanted}:\n${all}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  return {
    stdin: child.stdin,
    finished,
    signal: (name) => process.kill(target(pid), name),
    signalGroup: (name) => killGroup(pid, name),
    printed,
  }
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // It is gone already.
  }
}
