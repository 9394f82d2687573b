/**
 * `extra.addressPrefix = "auto"`. The evaluation proposes a prefix by the container's name
 * (nix/dialects/address-prefix.nix); where that is taken another is chosen here, and the definition evaluated again.
 * An installed container keeps its own: its conf says which. Until then the choice is a file
 * /run/extra-container/addresses/PREFIX.PID-STARTTIME, so that commands at the same time choose differently.
 */
import { dirname } from 'node:path'
import { OperationError, UsageError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { lives, ownProcessId } from '../host/process-id.ts'
import type { Declared } from './etc.ts'
import { readInstalled } from './installed.ts'
import { parseNeeds } from './needs.ts'
import { type Network, networksOf, overlap, parseNetwork, usedNetworks } from './networks.ts'

/** Also of nixcloud/addresses.ts. */
export const claimFolder = '/run/extra-container/addresses'
const variable = 'EXTRA_CONTAINER_ADDRESS_POOL'

/** Networks of 256 addresses: `first` is the number of the first of them, as in 10.0.1.0 = 10 * 65536 + 1. */
export interface Pool {
  first: number
  count: number
}

/** Where all of the first is routed somewhere, as by a VPN. The first is eval-config.nix's default too. */
const pools = ['10.192.0.0/10', '172.16.0.0/12', '192.168.0.0/16']

/** The pool that the user has set, for the evaluation; undefined: the default. @throws UsageError */
export function poolFrom(env: Host['env']): Pool | undefined {
  const text = env[variable]
  return text === undefined || text === '' ? undefined : parsePool(text)
}

function parsePool(text: string): Pool {
  const network = parseNetwork(text)
  const count = network ? (network.last - network.first + 1) / 256 : 0
  if (network && count >= 1) return { first: network.first / 256, count }
  throw new UsageError(
    `${variable}=${JSON.stringify(text)} is no network to take prefixes from. Write one as 10.233.0.0/16; /24 is the smallest.`,
  )
}

const prefixOf = (number: number) =>
  [Math.floor(number / 65536), Math.floor(number / 256) % 256, number % 256].join('.')
const networkOf = (prefix: string) => parseNetwork(`${prefix}.0/24`) as Network

/**
 * Gives the prefixes that containers must have instead of those that they were evaluated with, by their names.
 * To be released (releaseAddresses) when they are installed.
 * @throws OperationError where no prefix is free
 */
export async function chooseAddresses(host: Host, declared: readonly Declared[]): Promise<Record<string, string>> {
  const automatic = declared.flatMap(({ name, needs }) =>
    needs?.autoPrefix ? [{ name, proposed: needs.autoPrefix }] : [],
  )
  const chosen: Record<string, string> = {}
  if (automatic.length === 0) return chosen
  const names = new Set(automatic.map(({ name }) => name))
  const used = declared.filter(({ name }) => !names.has(name)).flatMap(({ settings }) => networksOf(settings))
  for (const { name, proposed } of automatic) {
    const prefix = (await installedPrefix(host, name)) ?? (await claimOne(host, name, proposed, names, used))
    used.push(networkOf(prefix))
    if (prefix !== proposed) chosen[name] = prefix
  }
  return chosen
}

/** The prefix that was chosen when a container was installed. */
async function installedPrefix(host: Host, name: string): Promise<string | undefined> {
  const installed = await readInstalled(host, name)
  if (installed.kind !== 'ours' || !installed.conf) return undefined
  const needs = `${dirname(dirname(installed.conf.path))}/extra-container/${name}.json`
  return parseNeeds(await host.files.read(needs))?.autoPrefix ?? undefined
}

async function claimOne(
  host: Host,
  name: string,
  proposed: string,
  names: ReadonlySet<string>,
  used: readonly Network[],
): Promise<string> {
  const own = poolFrom(host.env)
  const candidates = function* () {
    yield proposed
    for (const { first, count } of own ? [own] : pools.map(parsePool)) {
      const start = Math.floor(Math.random() * count)
      for (let index = 0; index < count; index++) yield prefixOf(first + ((start + index) % count))
    }
  }
  // Once claimed, what is installed by then is looked at again: its command may have let its claim go just before.
  let taken = [...used, ...(await usedNetworks(host, names))]
  for (const prefix of candidates()) {
    const isFree = () => !taken.some((network) => overlap(network, networkOf(prefix)))
    if (!isFree() || !(await claim(host, prefix))) continue
    taken = [...used, ...(await usedNetworks(host, names))]
    if (isFree()) return prefix
  }
  throw new OperationError(
    `Container "${name}" has extra.addressPrefix = "auto", and no prefix is free in ${own ? host.env[variable] : pools.join(', ')}: ` +
      `routes or other containers have them all. Name another network: ${variable}=10.233.0.0/16`,
  )
}

/** Two that claim at the same time both see the other, and both give way. */
async function claim(host: Host, prefix: string): Promise<boolean> {
  const own = await claimFile(host, prefix)
  await host.files.write(`${claimFolder}/${own}`, '')
  for (const file of await host.files.list(claimFolder)) {
    const [, other, pid, startTime = ''] = /^(\d+\.\d+\.\d+)\.(\d+)-(\d+)$/.exec(file) ?? []
    if (other !== prefix || file === own) continue
    if (await lives(host, { pid: Number(pid), startTime })) {
      await host.files.removeFile(`${claimFolder}/${own}`)
      return false
    }
    await host.files.removeFile(`${claimFolder}/${file}`)
  }
  return true
}

async function claimFile(host: Host, prefix: string): Promise<string> {
  const { pid, startTime } = await ownProcessId(host)
  return `${prefix}.${pid}-${startTime}`
}

/** Files of claims whose process was killed. */
export async function deadClaims(host: Host): Promise<string[]> {
  const dead: string[] = []
  for (const file of await host.files.list(claimFolder)) {
    const [, pid, startTime = ''] = /\.(\d+)-(\d+)$/.exec(file) ?? []
    if (pid !== undefined && !(await lives(host, { pid: Number(pid), startTime }))) dead.push(`${claimFolder}/${file}`)
  }
  return dead
}

/** Lets others have what this process chose: to be called when it is installed, or is not going to be. */
export async function releaseAddresses(host: Host): Promise<void> {
  const files = await host.files.list(claimFolder)
  const own = files.filter((file) => file.includes(`.${host.pid}-`))
  await Promise.all(own.map((file) => host.files.removeFile(`${claimFolder}/${file}`)))
}
