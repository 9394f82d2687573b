/** What containers are made from: nixpkgs or this machine's own OS. Nix chooses (nix/bases) and says so in a trace. */
import { UsageError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'

export type Base = 'host' | 'nixpkgs'

export interface BaseRequest {
  /** Undefined: nixpkgs where one is given or found. */
  base?: Base | undefined
  /** Nix text of the path of nixpkgs, or of its folder nixos. */
  nixpkgsPath?: string | undefined
  nixosPath?: string | undefined
}

/** @throws UsageError */
export function checkBase({ base, nixpkgsPath, nixosPath }: BaseRequest): void {
  if (base !== undefined && base !== 'host' && base !== 'nixpkgs')
    throw new UsageError(`--base ${JSON.stringify(base)} is no base. Write --base host or --base nixpkgs.`)
  const [option, path] = nixpkgsPath === undefined ? ['--nixos-path', nixosPath] : ['--nixpkgs-path', nixpkgsPath]
  if (path === undefined) return
  if (nixpkgsPath !== undefined && nixosPath !== undefined)
    throw new UsageError('Both --nixpkgs-path and --nixos-path are given. Leave one out.')
  if (base === 'host') throw new UsageError(`--base host uses no nixpkgs. Leave out ${option}.`)
  if (path.trim() === '') throw new UsageError(`${option} needs the text of a path: ./nixpkgs, <nixpkgs>, /path.`)
}

/** Arguments of nix/eval-config.nix, as Nix text. */
export const baseArguments = ({ nixpkgsPath, nixosPath }: BaseRequest): [name: string, text: string][] => [
  ...(nixpkgsPath === undefined ? [] : [['nixpkgs', nixpkgsPath] satisfies [string, string]]),
  ...(nixosPath === undefined ? [] : [['nixos', nixosPath] satisfies [string, string]]),
]

const mark = /^trace: extra-container: base (host|nixpkgs)$/m

/** What Nix chose; undefined where it did not come that far. */
export const chosenBase = (stderr: string): Base | undefined => mark.exec(stderr)?.[1] as Base | undefined

/** Whether a line that Nix printed is for this program. */
export const isMark = (line: string): boolean => line.startsWith('trace: extra-container: ')

const container = /^trace: extra-container: container (.*)$/gm

/** The container whose evaluation Nix began last, where it was evaluated for itself; undefined in what concerns all of them. */
export const lastContainer = (stderr: string): string | undefined =>
  [...stderr.matchAll(container)].at(-1)?.[1] || undefined

const told = new WeakSet<Host>()

/** Says that no nixpkgs was found: once, however many systems a command builds. */
export function tellBase(host: Host, request: BaseRequest, stderr: string): void {
  if (request.base !== undefined || chosenBase(stderr) !== 'host' || told.has(host)) return
  told.add(host)
  host.note(
    "No nixpkgs in NIX_PATH: containers get this machine's own OS. (--nixpkgs-path gives one; --base host is silent.)",
  )
}
