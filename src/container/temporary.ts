/** Links and files on their way into place (src/host/files.ts): a command that is killed leaves them beside what they were for. */
import type { Host } from '../host/host.ts'
import { confFolder, gcRootFolder, unitFolder, wantsFolder } from './paths.ts'
import { searched } from './unit-path.ts'

/** Folders that are not ours alone, and what our files there are called. */
const places = (): readonly [folder: string, file: RegExp][] => [
  [gcRootFolder, /^extra-container-./],
  [confFolder, /\.(conf|nix|flake)$/],
  ...[unitFolder, wantsFolder, searched, `${searched}/machines.target.wants`].map((folder): [string, RegExp] => [
    folder,
    /^(container|systemd-nspawn)@.+\.service$/,
  ]),
  ['/etc/systemd/nspawn', /\.nspawn$/],
  ['/etc/systemd/network', /\.network$/],
]

/** Paths of those whose process is gone. */
export async function deadTemporaries(host: Host): Promise<string[]> {
  const dead = new Set<string>()
  for (const [folder, ours] of places()) {
    const real = await host.files.realPath(folder)
    for (const name of real === undefined ? [] : await host.files.list(real)) {
      const [, file = '', pid] = /^(.+)\.(\d+)-[0-9a-z]+$/.exec(name) ?? []
      if (!ours.test(file) || (await host.files.exists(`/proc/${pid}`))) continue
      dead.add(`${real}/${name}`)
    }
  }
  return [...dead]
}
