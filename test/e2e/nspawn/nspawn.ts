/** What the tests of nixos-nspawn definitions share. */
import { ec, must } from '../harness/commands.ts'
import type { TestHost } from '../harness/hosts.ts'

export const folderOf = (host: TestHost): string => `${host.root}/test/e2e/nspawn`

/** Creates and starts `nixos-nspawn.containers`, and destroys them in the end. */
export async function withContainers(
  host: TestHost,
  names: readonly string[],
  containers: string,
  body: () => Promise<void>,
): Promise<void> {
  try {
    await create(host, containers)
    await body()
  } finally {
    for (const name of names) await ec(host, ['destroy', name])
  }
}

export const definition = (containers: string): string => `{ nixos-nspawn.containers = { ${containers} }; }`

export const create = (host: TestHost, containers: string, ...flags: string[]) =>
  must(host, ['create', ...(flags.length > 0 ? flags : ['--start']), '-E', definition(containers)])

export const inside = async (host: TestHost, name: string, script: string): Promise<string> =>
  (await must(host, ['run', name, '--', 'bash', '-euc', script])).stdout

/** The IPv4 address that a container's name stands for on the host. */
export async function addressOf(host: TestHost, name: string): Promise<string> {
  for (const end = Date.now() + 30_000; Date.now() < end; ) {
    const { stdout } = await host.start(['timeout', '3', 'getent', 'ahostsv4', name]).finished
    const address = /^\S+/.exec(stdout)?.[0]
    if (address) return address
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error(`Not within half a minute: ${name} has an address`)
}
