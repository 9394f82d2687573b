/** The bridges that containers of nixcloud-container join, and which addresses of their networks may be given. */
import { OperationError } from '../../host/errors.ts'
import type { Host } from '../../host/host.ts'
import { checkBridge } from '../check-needs.ts'
import { type Network, parseNetwork } from '../networks.ts'

export interface BridgeNetwork extends Network {
  bridge: string
  /** As 10.101.0.0/16. */
  text: string
}

export const toNumber = (address: string): number | undefined =>
  /^[\d.]+$/.test(address) ? parseNetwork(address)?.first : undefined

export const toText = (number: number): string => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.')

function networkFrom(bridge: string, address: string, prefixLength: number): BridgeNetwork {
  const network = parseNetwork(`${address}/${prefixLength}`) as Network
  return { ...network, bridge, text: `${toText(network.first)}/${prefixLength}` }
}

/** Made with the first container that starts, so it need not be there. */
export const hostOnly = networkFrom('brNC-hostonly', '10.101.0.1', 16)

/** Reads `ip -j address`: the first IPv4 network of that interface. */
export function networkOf(json: string, bridge: string): BridgeNetwork | undefined {
  const links: unknown = JSON.parse(json || '[]')
  if (!Array.isArray(links)) return undefined
  for (const { ifname, addr_info: infos } of links as { ifname?: unknown; addr_info?: unknown }[]) {
    if (ifname !== bridge || !Array.isArray(infos)) continue
    for (const { family, local, prefixlen } of infos as Record<string, unknown>[]) {
      if (family === 'inet' && typeof local === 'string' && typeof prefixlen === 'number')
        return networkFrom(bridge, local, prefixlen)
    }
  }
  return undefined
}

/**
 * @returns undefined where the bridge has no IPv4 address, which leaves the choice to the definition
 * @throws OperationError where there is no such bridge
 */
export async function findNetwork(host: Host, name: string, bridge: string): Promise<BridgeNetwork | undefined> {
  if (bridge === hostOnly.bridge) return hostOnly
  await checkBridge(host, name, bridge)
  return networkOf((await host.run('ip', ['-j', 'address'])).stdout, bridge)
}

/** The lowest that is not taken; neither the first nor the last, which stand for the network itself. */
export function lowestFree({ first, last }: Network, taken: ReadonlyMap<number, string>): number | undefined {
  for (let number = first + 1; number < last; number++) if (!taken.has(number)) return number
  return undefined
}

/** @throws OperationError for an address that the container cannot have there */
export function checkFixed(
  name: string,
  address: string,
  network: BridgeNetwork | undefined,
  taken: ReadonlyMap<number, string>,
): void {
  const number = toNumber(address)
  const head = `Container "${name}" has network.ip = ${JSON.stringify(address)},`
  if (number === undefined) throw new OperationError(`${head} which is no IPv4 address. Write one as 10.101.0.2.`)
  if (network && (number <= network.first || number >= network.last)) {
    throw new OperationError(
      `${head} which no container can have on ${network.bridge}: choose one of ${toText(network.first + 1)} to ` +
        `${toText(network.last - 1)}, or another network.bridge.`,
    )
  }
  const owner = taken.get(number)
  if (owner !== undefined) throw new OperationError(`${head} which ${owner} has. Choose another, or leave it out.`)
}
