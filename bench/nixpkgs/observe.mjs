/** Runs a program and watches what it takes, with all processes below it. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'

const interval = 50
const page = 4096
const timed = 'TIMEFORMAT="took %R %U %S"; time "$@"'

/**
 * @returns milliseconds from start to end, and of processors; the most memory (bytes) held at a time; what it printed
 */
export async function observe(file, args, env = {}) {
  const child = spawn('bash', ['-c', timed, 'bash', file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(code ?? signal))
  })
  let memory = 0
  const timer = setInterval(() => {
    memory = Math.max(memory, residentBelow(child.pid))
  }, interval)
  try {
    const [status, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
    if (status !== 0) throw new Error(`${[file, ...args].join(' ')}: exit status ${status}\n${stderr.slice(-2000)}`)
    const [, real, user, system] = /took (\S+) (\S+) (\S+)\n$/.exec(stderr).map(Number)
    return { milliseconds: real * 1000, processors: (user + system) * 1000, memory, stdout, stderr }
  } finally {
    clearInterval(timer)
  }
}

/** Processes end while they are looked at. */
function residentBelow(pid) {
  try {
    const resident = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * page
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    return children === '' ? resident : children.split(' ').reduce((sum, id) => sum + residentBelow(id), resident)
  } catch {
    return 0
  }
}
