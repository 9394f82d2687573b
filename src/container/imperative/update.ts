/** `update`: rebuilds the systems of containers that nixos-container made; those that run take them over in place. */
import { UsageError } from '../../host/errors.ts'
import type { Host } from '../../host/host.ts'
import { parseConf } from '../conf.ts'
import { readInstalled } from '../installed.ts'
import { pathsOf, stateOf } from '../paths.ts'
import { updateInstalled } from '../update.ts'
import { keep, readKept, type Source } from './configuration.ts'
import { type SystemOptions, setSystem } from './system.ts'

/**
 * @param given what the systems are built from now; undefined: what they were built from before
 * @throws UsageError where a container is none that can be rebuilt; OperationError where a build or an update failed, or
 *   there is nothing to build and the container does not run
 */
export const updateNamed = (
  host: Host,
  names: readonly string[],
  given: Source | undefined,
  options: SystemOptions & { noWait?: boolean },
): Promise<void> => updateInstalled(host, names, options, (name) => rebuild(host, name, given, options))

/** Whether there was something to build. */
async function rebuild(host: Host, name: string, given: Source | undefined, options: SystemOptions): Promise<boolean> {
  const installed = await readInstalled(host, name)
  const conf = parseConf(installed.kind === 'ours' ? (installed.conf?.text ?? '') : '')
  const byProfile = conf.get('SYSTEM_PATH') === pathsOf(name).systemProfile
  if (given && !byProfile) {
    throw new UsageError(
      `The system of container "${name}" belongs to its definition. Change it there: extra-container create FILE --update-changed`,
    )
  }
  const source = byProfile ? (given ?? (await readKept(host, name))) : undefined
  if (source === undefined) return false
  if (given === undefined && source.kind === 'file') await warnOfCopy(host, name)
  await setSystem(host, name, source, options)
  await keep(host, name, source)
  return true
}

/** Some editors and `sed -i` put a file of their own in the place of a link. */
async function warnOfCopy(host: Host, name: string): Promise<void> {
  const { configuration } = pathsOf(name)
  const copy = `${stateOf(name, 'container')}/etc/nixos/configuration.nix`
  if (!(await host.files.exists(copy)) || (await host.files.readLink(copy)) === configuration) return
  host.note(
    `${copy} is not read, since the container's root may have written it. The configuration is ${configuration}.\n` +
      `Look it through, then take it over: cp ${copy} ${configuration}`,
  )
}
