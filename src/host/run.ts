/** Starting programs: to the end with their output kept, on this terminal, or to outlive this process. */
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { CommandError, CommandMissing, Interrupted } from './errors.ts'
import type { AttachedResult, RunOptions, RunResult } from './host.ts'
import { packageOf } from './packages.ts'

/**
 * Runs a program to its end and keeps what it prints, without the final newline.
 * With `signal` it shares the terminal, so that Ctrl-C reaches it; without, nothing but `timeout` cuts it short.
 * @throws CommandMissing, CommandError, Interrupted (where `signal` was the reason)
 */
export async function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const argv = [file, ...args]
  // Loaded with the first program that is started: it costs half as much as Node itself.
  const { execa } = await import('execa')
  // Started all the same, a program that lives on (see below) would be waited for to its end.
  if (options.signal?.aborted) throw Interrupted.from(options.signal)
  const running = execa(file, args, {
    reject: false,
    stdin: options.input === undefined ? 'ignore' : 'pipe',
    stdout: 'pipe',
    stderr: options.stderr === 'inherit' ? ['inherit', 'pipe'] : 'pipe',
    detached: options.signal === undefined,
    forceKillAfterDelay: 5000,
    buffer: { stderr: options.onStderr === undefined },
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  })
  options.onStart?.()
  if (options.onStderr) running.stderr.setEncoding('utf8').on('data', options.onStderr)
  let kill: NodeJS.Timeout | undefined
  const letGo = () => {
    // What it started may live on (nsenter's child does) and hold its output open; nobody waits for that.
    setTimeout(() => [running.stdout, running.stderr].map((stream) => stream.destroy()), 200).unref()
    if (options.patience) kill = setTimeout(() => running.kill('SIGKILL'), options.patience())
  }
  options.signal?.addEventListener('abort', letGo, { once: true })
  const result = await running
  clearTimeout(kill)
  // The terminal's Ctrl-C and Ctrl-\ end it too, perhaps before this process has heard of them.
  const status = shellStatus(result.exitCode ?? null, (result.signal as NodeJS.Signals | undefined) ?? null)
  if (options.signal && (status === 130 || status === 131)) await sleep(50)
  options.signal?.removeEventListener('abort', letGo)
  const done: RunResult = {
    argv,
    exitCode: result.exitCode,
    signal: result.signal,
    stdout: result.stdout,
    stderr: result.stderr ?? '',
  }
  if (options.signal?.aborted && result.failed) throw Interrupted.from(options.signal)
  if (result.exitCode === undefined && result.signal === undefined) throw spawnError(file, argv, result)
  if (result.timedOut) throw commandError(`did not end within ${(options.timeout ?? 0) / 1000} s`, done, result)
  if (result.failed && !options.allowFailure) {
    const how = result.signal ? `was ended by ${result.signal}` : `failed with exit status ${result.exitCode}`
    throw commandError(how, done, result)
  }
  return done
}

function commandError(how: string, done: RunResult, cause: unknown): CommandError {
  const stderr = done.stderr.trim()
  const message = `${done.argv.join(' ')} ${how}${stderr ? `:\n${stderr}` : ''}`
  return new CommandError(message, done.argv, done.exitCode, done.signal, done.stdout, done.stderr, { cause })
}

function spawnError(
  file: string,
  argv: readonly string[],
  error: { code?: string | undefined; cause?: unknown },
): Error {
  if (error.code === 'ENOENT') return commandMissing(file)
  const cause = error.cause instanceof Error ? error.cause.message : (error.code ?? 'unknown reason')
  return new CommandError(`${file} could not be started: ${cause}`, argv, undefined, undefined, '', '', {
    cause: error,
  })
}

/** The error for a program that is not installed: names it, what holds it, and the command that installs it. */
export function commandMissing(file: string): CommandMissing {
  const name = packageOf(file)
  return new CommandMissing(`${file} is not installed${name ? ` (Debian package ${name})` : ''}. Run: util/install.sh`)
}

/** How a shell writes the way a process ended. */
export const shellStatus = (code: number | null, signal: NodeJS.Signals | null): number =>
  code ?? 128 + (signal ? constants.signals[signal] : 0)

/** Set while a program has the terminal: what a signal to this process is to do then. */
export type Attached = { forward(signal: NodeJS.Signals): void }

/**
 * Runs a program with this process's own stdin, stdout and stderr.
 * @param onChange told of the program when it has started, and of undefined when it has ended
 * @throws CommandMissing
 */
export async function attach(
  file: string,
  args: readonly string[],
  options: Pick<RunOptions, 'env' | 'cwd' | 'signal'>,
  onChange: (attached: Attached | undefined) => void,
): Promise<AttachedResult> {
  const child = spawn(file, args, {
    stdio: 'inherit',
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
  })
  const timers: NodeJS.Timeout[] = []
  // An interactive bash ignores SIGTERM but ends at SIGHUP.
  let asked: NodeJS.Signals | undefined
  const end = (signal: NodeJS.Signals) => {
    asked ??= signal
    child.kill(signal)
    timers.push(
      setTimeout(() => child.kill('SIGHUP'), 1000),
      setTimeout(() => child.kill('SIGKILL'), 6000),
    )
  }
  const abort = () => end('SIGTERM')
  if (options.signal?.aborted) abort()
  options.signal?.addEventListener('abort', abort, { once: true })
  onChange({ forward: end })
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'ENOENT' ? commandMissing(file) : spawnError(file, [file, ...args], { cause: error })),
      )
      // Whatever it took to end it, the status tells the signal that was sent to us.
      child.once('exit', (code, signal) => resolve({ status: shellStatus(code, signal && (asked ?? signal)) }))
    })
  } finally {
    onChange(undefined)
    options.signal?.removeEventListener('abort', abort)
    for (const timer of timers) clearTimeout(timer)
  }
}

/** Starts a program in a session of its own; gives its PID. */
export async function startDaemon(
  file: string,
  args: readonly string[],
  logFile: string,
  env: Record<string, string> = {},
): Promise<number> {
  const log = openSync(logFile, 'a', 0o600)
  try {
    const child = spawn(file, args, {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: '/',
      env: { ...process.env, ...env },
    })
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'ENOENT' ? commandMissing(file) : spawnError(file, [file, ...args], { cause: error })),
      )
    })
    child.unref()
    if (child.pid === undefined) throw spawnError(file, [file, ...args], {})
    return child.pid
  } finally {
    closeSync(log)
  }
}
