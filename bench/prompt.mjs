/** When an interactive shell shows its first prompt, on a real terminal. */
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from '@lydell/node-pty'
import { command, run } from './tool.mjs'

const mark = 'bench> '
const managerPid = '/run/extra-container/manager/pid'

/** @returns `shell()`, milliseconds from when the container is ready; `bash()`, from its own start; `remove()` */
export async function prompts(definition) {
  const home = await mkdtemp(join(tmpdir(), 'extra-container-bench-'))
  await writeFile(join(home, '.bashrc'), `PS1='${mark}'\n`)
  const env = { ...process.env, HOME: home, SHELL: '/bin/bash' }
  return {
    shell: () => firstPrompt(command, ['shell', '-E', definition], env, readyTime),
    bash: async () => {
      const begin = monotonic()
      return firstPrompt('/bin/bash', ['-i'], env, () => begin)
    },
    remove: () => rm(home, { recursive: true }),
  }
}

/** Milliseconds, of the clock that systemd's are of. */
const monotonic = () => Number(process.hrtime.bigint()) / 1e6

async function firstPrompt(file, args, env, since) {
  const pty = spawn(file, args, { env, name: 'xterm' })
  const ended = new Promise((resolve) => pty.onExit(({ exitCode }) => resolve(exitCode)))
  let printed = ''
  const shown = await new Promise((resolve, reject) => {
    pty.onData((data) => {
      printed += data
      if (printed.includes(mark)) resolve(monotonic())
    })
    ended.then((status) => reject(new Error(`${file} ended with ${status} before its prompt:\n${printed}`)))
  })
  const milliseconds = shown - (await since())
  pty.write('exit\r')
  const status = await ended
  if (status !== 0) throw new Error(`${file} ended with ${status}:\n${printed}`)
  return milliseconds
}

async function readyTime() {
  const show = ['systemctl', 'show', '--value', '--property=ActiveEnterTimestampMonotonic', 'container@bench.service']
  const [pid] = existsSync(managerPid) ? readFileSync(managerPid, 'utf8').split(' ') : []
  const enter = pid === undefined ? [] : ['nsenter', '-t', pid, '-m', '-p', '-C', '--']
  const [file, ...args] = [...enter, ...show]
  return Number((await run(file, args)).stdout) / 1000
}
