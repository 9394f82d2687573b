/**
 * Makes Nix take results for built. Only evaluation is measured, and building needs a binary cache: what would be built last
 * becomes a folder in the store without much in it, after which nix-build evaluates, finds its result valid and ends.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { run } from '../tool.mjs'

const mostRounds = 4

/** @param dryRun gives what Nix says that it would build */
export async function pretendBuilt(dryRun) {
  for (let round = 0; round < mostRounds; round++) {
    const derivations = (await dryRun()).match(/\/nix\/store\/\S+\.drv/g) ?? []
    if (derivations.length === 0) return
    for (const derivation of await last(derivations)) await pretend(derivation)
  }
  throw new Error(`After ${mostRounds} rounds something is still to be built`)
}

const lines = async (args) => (await run('nix-store', args)).stdout.trim().split('\n')

/** Those that no other needs. */
async function last(derivations) {
  const needed = new Set(await lines(['--query', '--references', ...derivations]))
  return derivations.filter((derivation) => !needed.has(derivation))
}

async function pretend(derivation) {
  const outputs = await lines(['--query', '--outputs', derivation])
  for (const output of outputs) {
    await put(output, 'etc/systemd/system/container@bench0.service', '')
    await put(output, 'etc/nixos-containers/bench0.conf', 'SYSTEM_PATH=/none\n')
  }
  const input = outputs.map((output) => `${output}\n${derivation}\n0\n`).join('')
  await run('nix-store', ['--register-validity'], { input })
}

async function put(folder, name, content) {
  const path = join(folder, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
}
