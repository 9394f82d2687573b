/**
 * `extra.addressPrefix = "auto"`. The evaluation proposes a prefix by the container's name
 * (nix/dialects/address-prefix.nix); where that is taken another is chosen here, and the definition evaluated again.
 * An installed container keeps its own: its conf says which. Until then the choice is a claim (claims.ts), so that
 * commands at the same time choose differently.
 */
import { dirname } from 'node:path'
import { OperationError, UsageError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { whileClaiming } from './claims.ts'
import type { Declared } from './etc.ts'
import { readInstalled } from './installed.ts'
import { parseNeeds } from './needs.ts'
import { type Network, networksOf, overlap, parseNetwork, usedNetworks } from './networks.ts'

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
  const names = new Set(automatic.map(({ name }) => name))
  const used = declared.filter(({ name }) => !names.has(name)).flatMap(({ settings }) => networksOf(settings))
  const take = ({ name, proposed }: { name: string; proposed: string }, prefix: string) => {
    used.push(networkOf(prefix))
    if (prefix !== proposed) chosen[name] = prefix
  }
  const fresh: typeof automatic = []
  for (const container of automatic) {
    const prefix = await installedPrefix(host, container.name)
    if (prefix === undefined) fresh.push(container)
    else take(container, prefix)
  }
  if (fresh.length === 0) return chosen
  return whileClaiming(host, async (claimed, claim) => {
    used.push(...claimed.flatMap(networksIn), ...(await usedNetworks(host, names)))
    for (const container of fresh) {
      const prefix = freePrefix(host, container, used)
      await claim(prefix)
      take(container, prefix)
    }
    return chosen
  })
}

/** Of a claim, which may be one address. */
const networksIn = (claimed: string): Network[] =>
  [claimed, `${claimed}.0/24`].flatMap((text) => parseNetwork(text) ?? [])

/** The prefix that was chosen when a container was installed. */
async function installedPrefix(host: Host, name: string): Promise<string | undefined> {
  const installed = await readInstalled(host, name)
  if (installed.kind !== 'ours' || !installed.conf) return undefined
  const needs = `${dirname(dirname(installed.conf.path))}/extra-container/${name}.json`
  return parseNeeds(await host.files.read(needs))?.autoPrefix ?? undefined
}

/** @throws OperationError where none is free */
function freePrefix(
  { env }: Pick<Host, 'env'>,
  { name, proposed }: { name: string; proposed: string },
  used: readonly Network[],
): string {
  const own = poolFrom(env)
  const candidates = function* () {
    yield proposed
    for (const { first, count } of own ? [own] : pools.map(parsePool)) {
      const start = Math.floor(Math.random() * count)
      for (let index = 0; index < count; index++) yield prefixOf(first + ((start + index) % count))
    }
  }
  for (const prefix of candidates()) {
    if (!used.some((network) => overlap(network, networkOf(prefix)))) return prefix
  }
  throw new OperationError(
    `Container "${name}" has extra.addressPrefix = "auto", and no prefix is free in ${own ? env[variable] : pools.join(', ')}: ` +
      `routes or other containers have them all. Name another network: ${variable}=10.233.0.0/16`,
  )
}
