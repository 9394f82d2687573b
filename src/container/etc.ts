/** Reads a built etc: which containers it declares, and their files. */
import { OperationError, UsageError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { type Conf, parseConf } from './conf.ts'
import { checkName } from './names.ts'
import { type Needs, parseNeeds } from './needs.ts'
import { inStore, legacyInstallDirs, nameOfUnit, unitName } from './paths.ts'

/** A file in the store, and what it says. */
export interface StoreFile {
  path: string
  text: string
}

/** A container as a built etc declares it. */
export interface Declared {
  name: string
  unit: StoreFile
  conf: StoreFile
  settings: Conf
  /** Undefined for what another tool built. */
  needs?: Needs | undefined
}

/** What the definition calls a container: the name by which a session speaks of it. */
export const definedName = ({ name, needs }: Pick<Declared, 'name' | 'needs'>): string => needs?.definedAs ?? name

/**
 * Gives the containers that `etc` (a folder that holds systemd/ and nixos-containers/) declares, sorted by name.
 * @throws UsageError where there is none, or a name or a file is wrong
 */
export async function readEtc(host: Host, etc: string): Promise<Declared[]> {
  const files = await host.files.list(`${etc}/systemd/system`)
  const names = files.map(nameOfUnit).filter((name) => name !== undefined)
  if (names.length === 0) {
    throw new UsageError(
      'The definition declares no container. Declare one: { containers.NAME.config = { ... }; }' +
        `\n(looked for ${etc}/systemd/system/${unitName('NAME')})`,
    )
  }
  return Promise.all(names.map(checkName).map((name) => readContainer(host, etc, name)))
}

/** One of them. @throws UsageError where it is missing, or a file is wrong */
export async function readContainer(host: Host, etc: string, name: string): Promise<Declared> {
  const unit = await readStoreFile(host, `${etc}/systemd/system/${unitName(name)}`)
  const conf = await readStoreFile(host, await confIn(host, etc, name))
  const needs = parseNeeds(await host.files.read(`${etc}/extra-container/${name}.json`))
  return { name, unit, conf, settings: parseConf(conf.text), needs }
}

/** Path of a container's conf. @throws UsageError where it is meant for another kind of host */
export async function confIn(host: Host, etc: string, name: string): Promise<string> {
  const [here, other] = legacyInstallDirs ? ['containers', 'nixos-containers'] : ['nixos-containers', 'containers']
  const confPath = `${etc}/${here}/${name}.conf`
  if (!(await host.files.exists(confPath)) && (await host.files.exists(`${etc}/${other}/${name}.conf`))) {
    throw new UsageError(
      `Container "${name}" was built for hosts that keep containers in /etc/${other}, and this one keeps them in ` +
        `/etc/${here}. To be compatible with this host, it must be built with ` +
        `\`legacyInstallDirs = ${legacyInstallDirs}\`${legacyInstallDirs ? '' : ' (default)'}.`,
    )
  }
  return confPath
}

async function readStoreFile(host: Host, path: string): Promise<StoreFile> {
  const real = await host.files.realPath(path)
  if (real === undefined) throw new UsageError(`${path} does not exist: this is no complete etc of a NixOS system.`)
  if (!inStore(real)) {
    throw new UsageError(
      `${path} is not in the Nix store. Give a store path: a built etc, a NixOS system, a build result.`,
    )
  }
  const text = await host.files.read(real)
  if (text === undefined)
    throw new OperationError(`${real} could not be read. Mend the store: nix-store --verify --repair`)
  return { path: real, text }
}
