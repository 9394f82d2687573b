/** The reference of the container figures: the very systemd-nspawn command of a container of ours, started bare. */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ec, run } from './tool.mjs'

const script = fileURLToPath(new URL('bare-container.py', import.meta.url))

/**
 * Boots the definition once, keeps its tree and its closure, and destroys it.
 * @returns `run()`, milliseconds for boot to READY, one nsenter and stop; `remove()`
 */
export async function bareContainer(definition) {
  const folder = await mkdtemp('/var/tmp/extra-container-bench-')
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    await ec(['create', '--start', '-E', definition])
    const pid = (await run('pgrep', ['--full', 'systemd-nspawn.*--machine=bench( |$)'])).stdout.trim()
    const argv = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, -1)
    await ec(['stop', 'bench'])
    await run('cp', ['-a', argv.find((flag) => flag.startsWith('--directory=')).slice(12), join(folder, 'root')])
    await copyClosure(join(folder, 'store'))
    await ec(['destroy', 'bench'])
    const bare = await withoutHost(argv, folder)
    return { run: async () => Number((await run('python3', [script, ...bare])).stdout), remove }
  } catch (error) {
    await remove()
    throw error
  }
}

async function copyClosure(store) {
  const conf = await readFile('/etc/nixos-containers/bench.conf', 'utf8')
  const system = /^SYSTEM_PATH=(.*)$/m.exec(conf)[1]
  const unit = (await run('readlink', ['-f', '/etc/systemd-mutable/system/container@bench.service'])).stdout.trim()
  const owner = unit.split('/').slice(0, 4).join('/')
  const { stdout } = await run('nix-store', ['--query', '--requisites', system, owner])
  await mkdir(store)
  await run('cp', ['-a', ...stdout.trim().split('\n'), store])
}

/** The same command on the kept tree: what destroy removed is replaced, and nothing is registered. */
async function withoutHost(argv, folder) {
  const bare = ['--register=no']
  for (const flag of argv.slice(1)) {
    const [, kind, source, target] = /^(--bind(?:-ro)?)=([^:]+)(?::(.*))?$/.exec(flag) ?? []
    if (flag.startsWith('--directory=')) bare.push(`--directory=${folder}/root`)
    else if (flag.startsWith('--register=')) continue
    else if (source === '/nix/store') bare.push(`--bind-ro=${folder}/store:/nix/store`)
    else if (kind && !existsSync(source)) {
      const replacement = join(folder, source)
      await mkdir(replacement, { recursive: true })
      bare.push(`${kind}=${replacement}:${target ?? source}`)
    } else bare.push(flag)
  }
  return [argv[0], ...bare]
}
