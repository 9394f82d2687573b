/**
 * Makes our unit folder visible to the machine's own systemd. NixOS has an option for it (boot.extraSystemdUnitPaths);
 * elsewhere /usr/local/lib/systemd/system, which systemd searches, becomes a link to it, or gets single links.
 */
import type { Host } from '../host/host.ts'
import { isNixos } from './nixos.ts'
import { pathsOf, unitFolder, unitName } from './paths.ts'

export const searched = '/usr/local/lib/systemd/system'

/** Whether systemd is PID 1 here, is not NixOS's and does not search our folder anyway, as in a container of ours. */
export async function isNeeded(host: Host): Promise<boolean> {
  const [booted, nixos] = await Promise.all([host.files.exists('/run/systemd/system'), isNixos(host)])
  if (!booted || nixos) return false
  const path = (await host.files.read('/proc/1/environ'))
    ?.split('\0')
    .find((variable) => variable.startsWith('SYSTEMD_UNIT_PATH='))
  return !path?.split(/[=:]/).includes(unitFolder)
}

/** To be called before systemd rereads its units. */
export async function showUnits(host: Host, names: readonly string[]): Promise<void> {
  if (!(await isNeeded(host))) return
  if (!(await host.files.exists(searched))) return host.files.link(unitFolder, searched)
  if ((await host.files.readLink(searched)) === unitFolder) return
  for (const name of names) {
    await host.files.link(pathsOf(name).unit, `${searched}/${unitName(name)}`)
    const wants = `${searched}/machines.target.wants/${unitName(name)}`
    if (await host.files.exists(pathsOf(name).wants)) await host.files.link(pathsOf(name).unit, wants)
    else await host.files.removeFile(wants)
    for (const alias of await aliasesIn(host, unitFolder, name)) {
      await host.files.link(unitName(name), `${searched}/${alias}`)
    }
  }
}

/** Other names of a container's unit, which are links beside it. */
async function aliasesIn(host: Host, folder: string, name: string): Promise<string[]> {
  const files = (await host.files.list(folder)).filter((file) => file.startsWith('systemd-nspawn@'))
  const targets = await Promise.all(files.map((file) => host.files.readLink(`${folder}/${file}`)))
  return files.filter((_, index) => targets[index] === unitName(name))
}

/**
 * Takes back what showUnits made for these, and the link to our folder when nothing is left in it: through the link other
 * software's installation puts its units there.
 */
export async function hideUnits(host: Host, names: readonly string[]): Promise<void> {
  if (!(await isNeeded(host))) return
  if ((await host.files.readLink(searched)) === unitFolder) {
    if ((await host.files.list(unitFolder)).length > 0) return
    await host.files.removeFile(searched)
    return host.files.removeEmptyDirectory('/usr/local/lib/systemd')
  }
  for (const name of names) {
    const aliases = await aliasesIn(host, searched, name)
    for (const path of [unitName(name), `machines.target.wants/${unitName(name)}`, ...aliases]) {
      if (!(await host.files.readLink(`${searched}/${path}`))) continue
      await host.files.removeFile(`${searched}/${path}`)
    }
    await host.files.removeEmptyDirectory(`${searched}/machines.target.wants`)
  }
}
