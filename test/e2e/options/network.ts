/** What the tests of options share. */
import { ec, must } from '../harness/commands.ts'
import type { TestHost } from '../harness/hosts.ts'

const folderOf = (host: TestHost): string => `${host.root}/test/e2e/options`

/** With the containers of NAME.nix running; all of them are destroyed. */
export async function withContainers(host: TestHost, name: string, body: () => Promise<void>): Promise<void> {
  const { stdout } = await must(host, ['create', '--start', `${folderOf(host)}/${name}.nix`])
  const started = stdout.split('Starting containers:\n')[1] ?? ''
  const destroy = ['destroy', ...started.trim().split('\n')]
  try {
    await body()
  } catch (error) {
    await ec(host, destroy)
    throw error
  }
  await must(host, destroy)
}

/** Asks from inside a container. */
export async function askFrom(host: TestHost, container: string, question: string): Promise<string> {
  const { stdout } = await ec(host, ['run', container, '--', 'node', '/peer.mjs', 'ask', ...question.split(' ')])
  return stdout.trim()
}

export const inside = async (host: TestHost, container: string, script: string): Promise<string> =>
  (await must(host, ['run', container, '--', 'sh', '-euc', script])).stdout
