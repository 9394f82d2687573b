/** Processes that tests start: what they printed, byte for byte, and how they ended. */
import { execFileSync, spawn } from 'node:child_process'
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
  child.stdout.on('data', (data: Buffer) => out.push(data))
  child.stderr.on('data', (data: Buffer) => err.push(data))
  // A command that does not read its input closes it early.
  child.stdin.on('error', () => {})
  if (options.input !== 'open') child.stdin.end(options.input ?? '')

  const limit = options.timeout ?? 120_000
  const text = (chunks: Buffer[]): string => Buffer.concat(chunks).toString()

  const finished = new Promise<Finished>((resolve, reject) => {
    const timer = setTimeout(() => {
      const { lines, pids } = processTree(pid)
      killGroup(pid, 'SIGKILL')
      for (const below of pids) kill(below, 'SIGKILL')
      // Not only when the streams are closed: what left the tree may keep them open for ever.
      reject(new Error(`Not finished after ${limit} ms: ${argv.join(' ')}\n${text(out)}${text(err)}It did:\n${lines}`))
    }, limit)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
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

/** A process and all below it, and what each of them does at this moment. */
export function processTree(pid: number): { pids: number[]; lines: string } {
  const columns = ['-e', '--forest', '-ww', '-o', 'pid,ppid,stat,wchan:24,args']
  const [header = '', ...all] = execFileSync('ps', columns, { encoding: 'utf8' }).split('\n')
  const pids = new Set<number>()
  const lines = all.filter((line) => {
    const [own, parent] = line.trim().split(/ +/, 2).map(Number)
    // A parent comes before its children.
    if (own === undefined || parent === undefined || (own !== pid && !pids.has(parent))) return false
    pids.add(own)
    return true
  })
  // Where ps draws the tree, without the branches above the process.
  const drawn = header.indexOf('COMMAND')
  const branches = lines[0]?.indexOf('\\_ ', drawn) ?? drawn
  const shown = [header, ...lines.map((line) => line.slice(0, drawn) + line.slice(Math.max(branches, drawn)))]
  return { pids: [...pids], lines: shown.map((line) => line.slice(0, 300)).join('\n') }
}

const killGroup = (pid: number, signal: NodeJS.Signals): void => kill(-pid, signal)

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It is gone already.
  }
}
