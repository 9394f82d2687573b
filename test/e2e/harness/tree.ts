/** A Debian to install on: the test host's files, not booted, with changes kept in memory and gone at the end. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { hosts, type TestHost } from './hosts.ts'

/** `start` gives argv the environment of a fresh login of root; `env` comes on top. */
export interface Tree extends Pick<TestHost, 'start'> {
  /** Ends all that runs in it. */
  close(): Promise<void>
}

const [machine] = hosts as [TestHost]

// All mounts are in a namespace that ends with its first process, which reads until this process closes the pipe or dies.
const holder = `
  read -r pid _ </proc/self/stat
  mount -t tmpfs -o mode=755 tmpfs /mnt
  mkdir /mnt/upper /mnt/work /mnt/root
  mount -t overlay overlay -o "lowerdir=$1,upperdir=/mnt/upper,workdir=/mnt/work" /mnt/root
  cd /mnt/root
  mount -t proc proc proc
  mount --rbind /dev dev
  mount -t tmpfs -o mode=755 tmpfs run
  mount --bind "$2" opt/extra-container
  mount -o remount,bind,ro opt/extra-container
  pivot_root . mnt
  umount --lazy /mnt
  echo "$pid"
  exec cat
`

export async function openTree(): Promise<Tree> {
  const lower = readFileSync(`${process.env.TEST_HOST_FOLDER}/tree`, 'utf8').trim()
  const namespaces = ['--mount', '--pid', '--uts', '--fork', '--kill-child']
  const holding = spawn('unshare', [...namespaces, 'sh', '-euc', holder, 'sh', lower, machine.root], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(holding, 'exit')
  const pid = String(await Promise.race([once(holding.stdout, 'data'), ended.then(() => 'none')])).trim()
  if (!/^\d+$/.test(pid)) throw new Error(`The overlay over ${lower} could not be mounted.`)

  const enter = ['nsenter', '--target', pid, '--mount', '--pid', '--uts', '--root', '--wd', '--']
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  return {
    start: (argv, { env = {}, cwd = '/root', ...options } = {}) => {
      const variables = Object.entries({ PATH: path, HOME: '/root', LANG: 'C.UTF-8', ...env })
      const environment = ['env', '-i', `--chdir=${cwd}`, ...variables.map(([name, value]) => `${name}=${value}`)]
      return machine.start([...enter, ...environment, ...argv], options)
    },
    close: async () => {
      holding.stdin.end()
      await ended
    },
  }
}
