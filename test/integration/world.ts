/** The bundled program in a world of its own (world.sh): nothing of this machine's containers is touched. */
import { execFile, spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Outcome {
  status: number
  stdout: string
  stderr: string
  /** Files that are left where containers are installed. */
  left: string[]
}

export interface World {
  folder: string
  /** Runs extra-container; `script` instead runs shell text in which it is a command. */
  run(args: readonly string[], options?: { stdin?: string; script?: string; cwd?: string }): Promise<Outcome>
  /** Puts a built etc with these containers (name to conf lines) into the world's store; nix-build gives it. */
  etc(containers: Record<string, string>, name?: string): Promise<string>
  /** Makes nix-build fail with this text. */
  nixError(text: string): Promise<void>
  write(name: string, text: string, mode?: number): Promise<void>
  read(name: string): Promise<string>
  remove(): Promise<void>
}

/** Once a test file: the tests are about what users start. */
export const buildProgram = () => promisify(execFile)('node', [join(root, 'util/build.mjs')], { cwd: root })

export async function makeWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'extra-container-world-'))
  const write = async (name: string, content: string, mode = 0o644) => {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
    await chmod(path, mode)
  }
  await mkdir(join(folder, 'store'))
  await mkdir(join(folder, 'bin'))
  return {
    folder,
    write,
    read: (name) => readFile(join(folder, name), 'utf8'),
    nixError: (content) => write('nix-error', content),
    remove: () => rm(folder, { recursive: true }),
    async etc(containers, name = 'etc') {
      for (const [container, conf] of Object.entries(containers)) {
        const folderInStore = `store/0-${name}/etc`
        await write(`${folderInStore}/systemd/system/container@${container}.service`, '[Service]\nExecStart=x\n')
        await write(`${folderInStore}/nixos-containers/${container}.conf`, conf)
      }
      await write('etc', `/nix/store/0-${name}\n`)
      return `/nix/store/0-${name}`
    },
    run: (args, options = {}) => run(folder, args, options),
  }
}

async function run(
  folder: string,
  args: readonly string[],
  options: { stdin?: string; script?: string; cwd?: string },
): Promise<Outcome> {
  const program = join(root, 'bin/extra-container')
  const command = options.script === undefined ? [program, ...args] : ['bash', '-c', options.script, program]
  const child = spawn('unshare', ['-m', join(root, 'test/integration/world.sh'), folder, ...command], {
    cwd: options.cwd ?? folder,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${join(root, 'bin')}:${process.env.PATH}`, runningShellContainer: '' },
  })
  child.stdin?.on('error', () => {})
  child.stdin?.end(options.stdin ?? '')
  const streams = [child.stdout, child.stderr, child.stdio[3]] as NodeJS.ReadableStream[]
  const ended = new Promise<number>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGTERM' ? 143 : 1))),
  )
  const [stdout = '', stderr = '', left = ''] = await Promise.all(streams.map((stream) => text(stream)))
  return { status: await ended, stdout, stderr, left: left.split('\n').filter((line) => line !== '') }
}
