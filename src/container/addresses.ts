/** Refuses a host address that something else on this host has already. */
import { OperationError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import type { Declared } from './etc.ts'
import { withoutPrefixLength } from './networks.ts'

/** Interfaces of a container on the host side: nspawn's ve-NAME, its hashed form for long names, and extra veths. */
const ofContainers = /^(ve|vb)-/

interface Address {
  interface: string
  address: string
}

/** Reads `ip -j address`; entries that are not understood are left out. */
export function parseAddresses(json: string): Address[] {
  const links: unknown = JSON.parse(json || '[]')
  if (!Array.isArray(links)) return []
  return links.flatMap((link: { ifname?: unknown; addr_info?: unknown }) => {
    const { ifname, addr_info: infos } = link
    if (typeof ifname !== 'string' || !Array.isArray(infos)) return []
    return infos.flatMap((info: { local?: unknown }) =>
      typeof info?.local === 'string' ? [{ interface: ifname, address: info.local }] : [],
    )
  })
}

/** On a bridge, the host's addresses are those that the bridge has: the container's gateway. */
const addressKeys = ({ settings }: Declared) => [
  ...(settings.get('HOST_BRIDGE') ? [] : ['HOST_ADDRESS', 'HOST_ADDRESS6']),
  ...['LOCAL_ADDRESS', 'LOCAL_ADDRESS6'],
]

/** @throws OperationError that names address, container and interface */
export async function checkAddresses(host: Host, containers: readonly Declared[]): Promise<void> {
  const wanted = containers.flatMap((container) =>
    addressKeys(container).flatMap((key) => {
      const address = container.settings.get(key)
      return address ? [{ name: container.name, address: withoutPrefixLength(address) }] : []
    }),
  )
  if (wanted.length === 0) return
  const present = parseAddresses((await host.run('ip', ['-j', 'address'])).stdout)
  for (const { name, address } of wanted) {
    const taken = present.find((other) => other.address === address && !ofContainers.test(other.interface))
    if (!taken) continue
    throw new OperationError(
      `Container "${name}" wants the address ${address}, which this host's interface ${taken.interface} has. ` +
        'Choose another for hostAddress or localAddress.',
    )
  }
}
