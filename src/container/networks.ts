/** IPv4 networks as numbers, and which of them this machine uses. */
import type { Host } from '../host/host.ts'
import { parseConf } from './conf.ts'
import { confFolder } from './paths.ts'

/** Its first and its last address. */
export interface Network {
  first: number
  last: number
}

/** `10.1.2.3` of `10.1.2.3/24`, also of IPv6. */
export const withoutPrefixLength = (address: string): string => address.replace(/\/.*$/s, '')

/** Reads `10.1.2.3` or `10.1.2.0/24`; undefined for another text. */
export function parseNetwork(text: string): Network | undefined {
  const [, address = '', bits = '32'] = /^(\d+\.\d+\.\d+\.\d+)(?:\/(\d+))?$/.exec(text) ?? []
  const numbers = address.split('.').map(Number)
  if (address === '' || numbers.some((number) => number > 255) || Number(bits) > 32) return undefined
  const value = numbers.reduce((sum, number) => sum * 256 + number, 0)
  const size = 2 ** (32 - Number(bits))
  const first = value - (value % size)
  return { first, last: first + size - 1 }
}

export const overlap = (one: Network, other: Network): boolean => one.first <= other.last && other.first <= one.last

/** All that /proc/net/fib_trie routes somewhere, this machine's own addresses among it, but for the default route. */
export function parseRoutes(trie: string): Network[] {
  const found: Network[] = []
  let address = ''
  for (const line of trie.split('\n')) {
    const [, leaf] = /^\s*\|-- ([\d.]+)$/.exec(line) ?? []
    const [, bits] = /^\s*\/(\d+) \S+ \S+/.exec(line) ?? []
    if (leaf !== undefined) address = leaf
    const network = bits === undefined || bits === '0' ? undefined : parseNetwork(`${address}/${bits}`)
    if (network) found.push(network)
  }
  return found
}

/** What routes lead to, and what installed containers have, whosever they are; but for containers of those names. */
export async function usedNetworks(host: Host, except: ReadonlySet<string>): Promise<Network[]> {
  const [trie, files] = await Promise.all([host.files.read('/proc/net/fib_trie'), host.files.list(confFolder)])
  const others = files.filter((file) => file.endsWith('.conf') && !except.has(file.slice(0, -'.conf'.length)))
  const confs = await Promise.all(others.map((file) => host.files.read(`${confFolder}/${file}`)))
  return [...parseRoutes(trie ?? ''), ...confs.flatMap((text) => networksOf(parseConf(text ?? '')))]
}

/** What a container's conf gives it. */
export const networksOf = (settings: ReadonlyMap<string, string>): Network[] =>
  ['HOST_ADDRESS', 'LOCAL_ADDRESS'].flatMap((key) => parseNetwork(settings.get(key) ?? '') ?? [])
