/** Removes from the Nix store all that the definitions build, and what building them needs, but for what others need too. */
import { existsSync } from 'node:fs'
import { ec, run } from './tool.mjs'

/** @param definitions all that share a path: Nix keeps what another path refers to */
export async function forget(...definitions) {
  const paths = new Set()
  const results = []
  for (const definition of definitions) {
    const built = (await ec(['build', '-E', definition])).stdout.trim()
    results.push(built)
    const deriver = (await run('nix-store', ['--query', '--deriver', built])).stdout.trim()
    const { stdout } = await run('nix-store', ['--query', '--requisites', '--include-outputs', deriver])
    for (const path of stdout.trim().split('\n')) paths.add(path)
  }
  // What is left goes in one call; one path that something else refers to would fail it for all.
  const others = async (path) =>
    (await run('nix-store', ['--query', '--referrers-closure', path])).stdout.trim().split('\n')
  const ours = []
  for (const path of paths) if ((await others(path)).every((other) => paths.has(other))) ours.push(path)
  await run('nix-store', ['--delete', ...ours])
  for (const built of results) if (existsSync(built)) throw new Error(`${built} is still in the store`)
}
