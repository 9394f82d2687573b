/**
 * The journal of a change to a container's files, written before the first step and removed after the last. Who holds the
 * container's lock and finds one knows that the command which wrote it was killed.
 */
import { OperationError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { type Kind, kinds } from '../machine/kind.ts'
import { type Links, linkNames } from './links.ts'

export const stepsFolder = '/run/extra-container/steps'
const pathOf = (name: string) => `${stepsFolder}/${name}`

export type Journal =
  /** With the kind, which nothing else tells when half of it is done. */
  | { doing: 'destroy'; kind?: Kind | undefined }
  /** The links as they were and as they are to be. */
  | { doing: 'install'; before: Links; after: Links }
  /** What is installed is yet to become, or is, a generation of the container's profile. */
  | { doing: 'record'; path: string; number?: number | undefined }

export const beginSteps = (host: Host, name: string, journal: Journal): Promise<void> =>
  host.files.write(pathOf(name), `${JSON.stringify(journal)}\n`, 0o600)

/** Also of a file that writing a journal left. */
export const endSteps = (host: Host, name: string): Promise<void> => host.files.removeFile(pathOf(name))

/** @throws OperationError for a journal that nobody of us wrote */
export async function readSteps(host: Host, name: string): Promise<Journal | undefined> {
  const text = await host.files.read(pathOf(name))
  if (text === undefined) return undefined
  const journal = parse(text)
  if (journal) return journal
  throw new OperationError(
    `${pathOf(name)} is damaged, so what a killed command left of container "${name}" is unknown. ` +
      `Remove that file, then the container: extra-container destroy ${name}`,
  )
}

function parse(text: string): Journal | undefined {
  try {
    const value = JSON.parse(text) as Journal
    if (value.doing === 'destroy') return value.kind === undefined || kinds.includes(value.kind) ? value : undefined
    if (value.doing === 'record') return isRecord(value) ? value : undefined
    return value.doing === 'install' && isLinks(value.before) && isLinks(value.after) ? value : undefined
  } catch {
    return undefined
  }
}

const isRecord = ({ path, number }: { path: unknown; number?: unknown }) =>
  typeof path === 'string' && path.startsWith('/nix/store/') && (number === undefined || Number.isInteger(number))

const isLinks = (value: unknown): value is Links =>
  typeof value === 'object' &&
  value !== null &&
  linkNames.every((name) => isTarget((value as Record<string, unknown>)[name])) &&
  Object.values((value as { extra?: object }).extra ?? {}).every(isTarget)

const isTarget = (value: unknown) => typeof value === 'string' || value === null

/** Names of containers with a journal, and leftovers of writing one. */
export const listSteps = (host: Host): Promise<string[]> => host.files.list(stepsFolder)
