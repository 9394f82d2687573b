/** Makes a container the way nixos-container does: from options and one configuration, with its system in a profile. */
import { nixString } from '../../eval/nix-text.ts'
import { OperationError, UsageError } from '../../host/errors.ts'
import type { Host } from '../../host/host.ts'
import { parseAddresses } from '../addresses.ts'
import { orUndo } from '../always.ts'
import { applyContainers } from '../apply.ts'
import { buildContainers, checkRequest } from '../build.ts'
import { parseConf } from '../conf.ts'
import { readInstalled, refuseForeign } from '../installed.ts'
import { checkName } from '../names.ts'
import { confFolder, pathsOf, stateOf } from '../paths.ts'
import { withMachines } from '../with-machines.ts'
import { type AddressPair, freeAddresses } from './addresses.ts'
import { keep, type Source } from './configuration.ts'
import { type SystemOptions, setSystem } from './system.ts'
import { beginMaking, endMaking, listUnfinished, lockImperative, undoMaking } from './unfinished.ts'

export interface ImperativeOptions extends SystemOptions {
  /** Of a name that is taken, NAME-0, NAME-1 ... is made instead. */
  uniqueName: boolean
  autoStart: boolean
  /** False: the container has the host's network. */
  privateNetwork: boolean
  bridge: string | undefined
  ports: readonly Port[]
  /** Undefined: addresses that are free. */
  addresses: AddressPair | undefined
}

export interface Port {
  protocol: 'tcp' | 'udp'
  hostPort: number
  containerPort: number
}

/**
 * @returns the name that it got
 * @throws UsageError, OperationError; nothing is left of it then
 */
export async function createImperative(
  host: Host,
  wanted: string,
  source: Source,
  options: ImperativeOptions,
): Promise<string> {
  checkName(wanted)
  const lock = await lockImperative(host)
  try {
    for (const killed of await listUnfinished(host)) await undoMaking(host, killed)
    const name = options.uniqueName ? await freeName(host, wanted) : wanted
    await refuseExisting(host, name)
    await refuseOverwriting(host, name, source)
    const addresses = options.privateNetwork ? (options.addresses ?? (await findAddresses(host))) : undefined
    await orUndo(
      host,
      async () => {
        await beginMaking(host, name)
        await setSystem(host, name, source, options)
        await host.files.makeDirectory(confFolder)
        await keep(host, name, source)
        await install(host, imperativeDefinition(name, addresses, options), options.nixosPath)
        await linkConfiguration(host, name)
        await endMaking(host, name)
      },
      // What was installed is removed by `applyContainers` itself where that fails.
      () => undoMaking(host, name),
    )
    if (addresses) host.note(`host IP is ${addresses.host}, container IP is ${addresses.local}`)
    return name
  } finally {
    await lock?.release()
  }
}

/** A file of the user's at the place where the configuration is kept, or a profile: it would be overwritten. */
async function refuseOverwriting(host: Host, name: string, source: Source): Promise<void> {
  const { configuration, profiles } = pathsOf(name)
  if ((await host.files.list(profiles)).length > 0) {
    throw new OperationError(
      `${profiles} holds profiles and belongs to no container. Move it to another place, or give it to a container: ` +
        `containers.${name}.path = "${profiles}/system"`,
    )
  }
  if (source.kind === 'file' && source.path === configuration) {
    throw new UsageError(`${configuration} is where the configuration is kept. Give a file at another place.`)
  }
  if (!(await host.files.exists(configuration))) return
  throw new OperationError(`${configuration} exists and belongs to no container. Move it to another place.`)
}

async function isTaken(host: Host, name: string): Promise<boolean> {
  const installed = await readInstalled(host, name)
  return installed.kind !== 'none' || (await host.files.exists(stateOf(name, 'container')))
}

async function freeName(host: Host, wanted: string): Promise<string> {
  let name = wanted
  for (let number = 0; await isTaken(host, name); number++) name = checkName(`${wanted}-${number}`)
  return name
}

async function refuseExisting(host: Host, name: string): Promise<void> {
  const installed = await readInstalled(host, name)
  refuseForeign(name, installed)
  if (installed.kind === 'none') return
  throw new OperationError(
    `Container "${name}" already exists. Change it: nixos-container update ${name}. ` +
      'Or let another name be found: --ensure-unique-name',
  )
}

async function findAddresses(host: Host): Promise<AddressPair> {
  const confs = (await host.files.list(confFolder)).filter((file) => file.endsWith('.conf'))
  const texts = await Promise.all(confs.map((file) => host.files.read(`${confFolder}/${file}`)))
  const given = texts.flatMap((text) => {
    const settings = parseConf(text ?? '')
    return [settings.get('HOST_ADDRESS') ?? '', settings.get('LOCAL_ADDRESS') ?? '']
  })
  const present = parseAddresses((await host.run('ip', ['-j', 'address'])).stdout).map(({ address }) => address)
  return freeAddresses([...given, ...present])
}

/** The container as a definition for `create`. */
export function imperativeDefinition(
  name: string,
  addresses: AddressPair | undefined,
  { autoStart, bridge, ports }: Pick<ImperativeOptions, 'autoStart' | 'bridge' | 'ports'>,
): string {
  const container = {
    path: pathsOf(name).systemProfile,
    autoStart,
    ...(addresses === undefined
      ? {}
      : { privateNetwork: true, hostAddress: addresses.host, localAddress: addresses.local, forwardPorts: ports }),
    ...(bridge === undefined ? {} : { hostBridge: bridge }),
  }
  return `{ containers.${nixString(name)} = builtins.fromJSON ${nixString(JSON.stringify(container))}; }`
}

async function install(host: Host, expr: string, nixosPath: string | undefined): Promise<void> {
  const checked = await checkRequest(host, { expr, nixosPath, showTrace: false, stdin: false })
  await withMachines(
    host,
    { start: false },
    () => buildContainers(host, checked),
    (engine, { declared }) =>
      applyContainers(host, engine, declared, {
        mode: { start: false, update: false, restart: false },
        say: () => {},
        signal: host.interrupted,
      }),
  )
}

/** At the place where nixos-container's users look for it. */
async function linkConfiguration(host: Host, name: string): Promise<void> {
  const { configuration } = pathsOf(name)
  const state = stateOf(name, 'container')
  if (!(await host.files.exists(configuration))) return
  await host.files.makeDirectory(`${state}/etc/nixos`)
  await host.files.link(configuration, `${state}/etc/nixos/configuration.nix`)
}
