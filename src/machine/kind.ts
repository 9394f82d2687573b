/** Kinds of machines, and what differs between them beside their units. The line KIND= of the conf tells them; `containers.NAME` has none. */
import type { Host } from '../host/host.ts'
import type { Manager } from './manager.ts'

export const kinds = ['container', 'nspawn', 'lxc'] as const

export type Kind = (typeof kinds)[number]

/** @param settings what the conf says */
export const kindOf = (settings: ReadonlyMap<string, string>): Kind =>
  kinds.find((kind) => kind === settings.get('KIND')) ?? 'container'

/** One object each (kinds.ts): whoever works with containers asks it, and does not branch on the kind. */
export interface MachineKind {
  /** Has a folder for each container; undefined: the one that the host's NixOS has. */
  stateFolder?: string
  /** The root folder of a container that is down, below that: `/rootfs`. */
  rootBelow: string
  /** Has a profile of Nix for each container. */
  profileFolder: string
  /** Whether a running one takes a new system over in place where it is not said how it is to change. */
  updatesInPlace: boolean
  /**
   * Before anything is installed.
   * @param settings what the conf says
   * @throws OperationError that names what this machine lacks
   */
  requires?(host: Host, name: string, settings: ReadonlyMap<string, string>): Promise<void>
  /** After containers were installed, before they start. @throws OperationError */
  installed?(host: Host): Promise<void>
  /**
   * When a container that is removed has stopped, perhaps killed together with its stop commands; its files are there.
   * @param unit the text of its unit
   * @param state its folder in stateFolder
   */
  stopped?(host: Host, manager: Manager, name: string, unit: string, state: string): Promise<void>
  /** When the files of a container are removed. */
  removed?(host: Host, manager: Manager, name: string): Promise<void>
}

const rootOfOthers = /^RequiresMountsFor=\/var\/lib\/(machines|lxc)\/%i$/m

/** @param unit its text, where the conf is lost */
export function kindOfUnit(unit: string): Kind {
  const folder = rootOfOthers.exec(unit)?.[1]
  return folder === 'lxc' ? 'lxc' : folder === 'machines' ? 'nspawn' : 'container'
}
