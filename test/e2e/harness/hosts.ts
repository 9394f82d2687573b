/** The two kinds of machine that every scenario runs on: this one, and a booted Debian 13 (test-host.sh). */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Running, type StartOptions, start } from './process.ts'
import { openTerminal, type Terminal } from './terminal.ts'

export interface TestHost {
  readonly name: string
  /** Where this repository is on it. */
  readonly root: string
  start(argv: readonly string[], options?: StartOptions): Running
  /** The same on a terminal. */
  open(argv: readonly string[], options?: Omit<StartOptions, 'input'>): Terminal
}

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const repository = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')

/** The environment is the same on both: what this process happens to have must not decide a test. */
const environment = ({ env = {}, cwd = '/root' }: StartOptions): string[] => [
  'env',
  '-i',
  `--chdir=${cwd}`,
  `PATH=${path}`,
  'HOME=/root',
  'LANG=C.UTF-8',
  ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
]

const machine: TestHost = {
  name: 'this machine',
  root: repository,
  start: (argv, options = {}) => start([...environment(options), ...argv], options, (pid) => pid),
  open: (argv, options = {}) => openTerminal([...environment(onTerminal(options)), ...argv], options, (pid) => pid),
}

const onTerminal = (options: StartOptions): StartOptions => ({ ...options, env: { TERM: 'xterm', ...options.env } })

// Systemd inside knows only processes of its own control groups.
const enter =
  'echo $$ >"/proc/$1/root/sys/fs/cgroup/tests/cgroup.procs"; leader=$1; shift; exec nsenter --target "$leader" --all -- "$@"'

const testHost: TestHost = {
  name: 'a machine with systemd as PID 1',
  root: '/opt/extra-container',
  start: (argv, options = {}) => start([...entering(), ...environment(options), ...argv], options, onlyChild),
  open: (argv, options = {}) => {
    // The terminal's session must be one of processes of that host.
    const command = ['setsid', '--ctty', ...environment(onTerminal(options)), ...argv]
    return openTerminal([...entering(), ...command], options, onlyChild)
  },
}

function entering(): string[] {
  // Read each time: a reboot changes it.
  const leader = readFileSync(`${folder()}/leader`, 'utf8').trim()
  return ['sh', '-c', enter, '-', leader]
}

function folder(): string {
  const { TEST_HOST_FOLDER } = process.env
  if (!TEST_HOST_FOLDER) {
    throw new Error('The test host does not run: start these tests through the e2e project of jest.')
  }
  return TEST_HOST_FOLDER
}

/** Shuts the test host down in order and boots it again. */
export function reboot(): void {
  execFileSync(`${repository}/test/e2e/harness/test-host.sh`, ['reboot', folder()], { stdio: 'inherit' })
}

/** nsenter forks to enter a PID namespace and passes no signals on. */
function onlyChild(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0])
}

export const hosts: readonly TestHost[] = [machine, testHost]
export { testHost }
