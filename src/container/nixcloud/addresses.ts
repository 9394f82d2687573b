/** Who has which address. An installed container has those of its conf; until then what a command has chosen is a claim. */
import { OperationError } from '../../host/errors.ts'
import type { Host } from '../../host/host.ts'
import { parseAddresses } from '../addresses.ts'
import { whileClaiming } from '../claims.ts'
import { parseConf } from '../conf.ts'
import { withoutPrefixLength } from '../networks.ts'
import { confFolder, pathsOf } from '../paths.ts'
import type { Engine } from '../with-machines.ts'
import { listNixcloud } from './installed.ts'
import { type BridgeNetwork, checkFixed, hostOnly, lowestFree, toNumber, toText } from './networks.ts'

/**
 * Takes the lowest address of a network that is free, until releaseAddresses.
 * @throws OperationError where none is
 */
export const claimFree = (host: Host, name: string, network: BridgeNetwork): Promise<string> =>
  claiming(host, name, async (taken) => {
    const number = lowestFree(network, taken)
    if (number !== undefined) return toText(number)
    throw new OperationError(
      `All addresses of ${network.bridge} (${network.text}) are taken. Destroy a container that is not needed: nixcloud-container list`,
    )
  })

/** Takes this one. @throws OperationError where the container cannot have it */
export const claimFixed = (
  host: Host,
  name: string,
  address: string,
  network: BridgeNetwork | undefined,
): Promise<string> =>
  claiming(host, name, async (taken) => {
    checkFixed(name, address, network, taken)
    return address
  })

const claiming = (
  host: Host,
  name: string,
  choose: (taken: ReadonlyMap<number, string>) => Promise<string>,
): Promise<string> =>
  whileClaiming(host, async (claimed, claim) => {
    const address = await choose(await takenAddresses(host, name, claimed))
    await claim(address)
    return address
  })

/**
 * A generation that is gone back to may have an address that another container has got since.
 * @throws OperationError where that other one runs
 */
export async function refuseShared(host: Host, { machines }: Pick<Engine, 'machines'>, name: string): Promise<void> {
  const confOf = async (one: string) => parseConf((await host.files.read(pathsOf(one).conf)) ?? '')
  const own = await confOf(name)
  const [address, bridge] = [own.get('LOCAL_ADDRESS'), own.get('HOST_BRIDGE')]
  const sharing: string[] = []
  for (const other of await listNixcloud(host)) {
    const settings = await confOf(other)
    const isSame = settings.get('LOCAL_ADDRESS') === address && settings.get('HOST_BRIDGE') === bridge
    if (other !== name && isSame) sharing.push(other)
  }
  if (sharing.length === 0) return
  const states = await machines.states(sharing)
  const other = sharing.find((one) => !['stopped', 'failed'].includes(states.get(one) ?? 'stopped'))
  if (other === undefined) return
  throw new OperationError(
    `Containers "${name}" and "${other}" have the same address ${address}, and "${other}" runs. Stop it, or update ` +
      `"${name}" from a configuration with another network.ip.`,
  )
}

/** Addresses, and who has each; those of the container itself are not among them. */
async function takenAddresses(host: Host, name: string, claimed: readonly string[]): Promise<Map<number, string>> {
  const taken = new Map<number, string>()
  const take = (address: string, owner: string) => {
    const number = toNumber(withoutPrefixLength(address))
    if (number !== undefined && !taken.has(number)) taken.set(number, owner)
  }
  for (const address of claimed) take(address, 'a container that is being made')
  take(toText(hostOnly.first + 1), `the bridge ${hostOnly.bridge}`)
  for (const { address, interface: link } of parseAddresses((await host.run('ip', ['-j', 'address'])).stdout)) {
    take(address, `this host's interface ${link}`)
  }
  for (const file of await host.files.list(confFolder)) {
    if (!file.endsWith('.conf') || file === `${name}.conf`) continue
    const settings = parseConf((await host.files.read(`${confFolder}/${file}`).catch(() => undefined)) ?? '')
    for (const key of ['LOCAL_ADDRESS', 'HOST_ADDRESS']) {
      take(settings.get(key) ?? '', `the container "${file.slice(0, -'.conf'.length)}"`)
    }
  }
  return taken
}
