/** Builds the container of a file that nixcloud-container was given, with an address that it may have. */
import { resolve } from 'node:path'
import { OperationError, UsageError } from '../../host/errors.ts'
import type { Host } from '../../host/host.ts'
import { buildContainers, type CheckedRequest, checkRequest } from '../build.ts'
import type { Declared } from '../etc.ts'
import { claimFixed, claimFree } from './addresses.ts'
import { findNetwork, hostOnly, toNumber } from './networks.ts'

/** @throws UsageError where there is no such file */
export async function checkFile(host: Host, file: string, nixFlags: readonly string[]): Promise<CheckedRequest> {
  const source = resolve(host.cwd, file)
  if (file === '' || !(await host.files.exists(source))) {
    throw new UsageError(
      `There is no file ${JSON.stringify(file)}. Give the file that holds the container's configuration.`,
    )
  }
  const showTrace = nixFlags.includes('--show-trace')
  const buildArgs = nixFlags.filter((word) => word !== '--show-trace')
  const checked = await checkRequest(host, { source, buildArgs, showTrace, stdin: false })
  if (checked.definition.kind === 'path') return checked
  throw new UsageError(`${file} is built. Give the file that holds the container's configuration.`)
}

interface Built {
  etc: string
  container: Declared
}

/**
 * @param current the address that the container has; undefined for a new one
 * @throws UsageError where the configuration is wrong, OperationError where it cannot be built or cannot have its address.
 *   releaseAddresses is to be called when it is installed, or is not going to be
 */
export async function buildNixcloud(
  host: Host,
  name: string,
  request: CheckedRequest,
  current: string | undefined,
): Promise<Built> {
  const build = async (ip: string): Promise<Built> => {
    const naming = { ...request.naming, nixcloud: { name, ip } }
    const { etc, declared } = await buildContainers(host, { ...request, naming })
    const [container, other] = declared
    if (container && other === undefined && container.name === name) return { etc, container }
    throw new OperationError(`${declared.map((one) => one.name).join(', ')} was built, and not "${name}".`)
  }
  const proposed = current ?? (await claimFree(host, name, hostOnly))
  const built = await build(proposed)
  const { ip, fixed, bridge } = built.container.needs?.nixcloud ?? {
    ip: proposed,
    fixed: false,
    bridge: hostOnly.bridge,
  }
  const network = await findNetwork(host, name, bridge)
  if (fixed) {
    await claimFixed(host, name, ip, network)
    return built
  }
  if (network === undefined) {
    throw new OperationError(
      `Container "${name}" joins the bridge ${bridge}, which has no IPv4 address to choose one beside. Give it one ` +
        `(ip address add 10.10.0.1/16 dev ${bridge}), or set network.ip.`,
    )
  }
  const number = toNumber(ip) ?? 0
  const inside = number > network.first && number < network.last
  return inside ? built : build(await claimFree(host, name, network))
}
