/** Why a container that is down did not start, from the journal that it left in its root folder. */
import type { Host } from '../host/host.ts'
import { type InnerUnit, printable } from './inner-units.ts'

/** systemd's messages about units, by their ids (systemd's sd-messages.h). */
const starting = '7d4958e842da4a758f6c1cdc7b36dcc5'
const started = '39f53479d3a045ac8e11786248231fbf'
const startFailed = 'be02cf6855d2428ba40df7e94f022f03'
const failedWithResult = 'd9b373ed55a64feb8242e02dbe79a49c'
const stopped = '9d1aaa27d60140bd96365438aad20286'

const most = 3
const lineCount = 10
const fields = 'MESSAGE,MESSAGE_ID,UNIT,UNIT_RESULT,_SYSTEMD_UNIT'

type Entry = Readonly<Record<string, unknown>>

/**
 * Units that failed, or had not finished starting when the container ended.
 * @param root the container's root folder
 * @param since milliseconds since 1970: what is older is of an earlier boot
 * @returns nothing where it keeps no journal
 */
export async function unitsInJournal(host: Host, root: string, since: number): Promise<InnerUnit[]> {
  const folder = await journalFolder(host, root)
  if (folder === undefined) return []
  const args = [`--directory=${folder}`, `--since=@${since / 1000}`, '--quiet', '--no-pager', '--lines=3000']
  const done = await host.run('journalctl', [...args, '--output=json', `--output-fields=${fields}`], {
    allowFailure: true,
    timeout: 10_000,
  })
  return unitsIn(entriesOf(done.stdout))
}

/**
 * Where a container that is down keeps its journal; undefined where it keeps none. Also where a link is on the way or in it:
 * the container's root could have made it lead to the host's own journal.
 * @param root the container's root folder
 */
export async function journalFolder(host: Host, root: string): Promise<string | undefined> {
  const isLink = async (path: string) => (await host.files.readLink(path)) !== undefined
  let folder = root
  for (const part of ['var', 'log', 'journal']) {
    folder = `${folder}/${part}`
    if ((await isLink(folder)) || !(await host.files.isDirectory(folder))) return undefined
  }
  for (const id of await host.files.list(folder)) {
    const files = await host.files.list(`${folder}/${id}`)
    for (const path of [id, ...files.map((file) => `${id}/${file}`)])
      if (await isLink(`${folder}/${path}`)) return undefined
  }
  return folder
}

function entriesOf(text: string): Entry[] {
  return text.split('\n').flatMap((line): Entry[] => {
    try {
      const entry: unknown = JSON.parse(line)
      return typeof entry === 'object' && entry !== null ? [entry as Entry] : []
    } catch {
      return []
    }
  })
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** A shutdown, which begins with targets, fails units too: that says nothing. */
function beforeShutdown(entries: readonly Entry[]): readonly Entry[] {
  const end = entries.findIndex((entry) => entry.MESSAGE_ID === stopped && textOf(entry.UNIT)?.endsWith('.target'))
  return end < 0 ? entries : entries.slice(0, end)
}

/** From journal entries, oldest first, of one boot. */
export function unitsIn(all: readonly Entry[]): InnerUnit[] {
  const entries = beforeShutdown(all)
  const pending = new Set<string>()
  const failed = new Map<string, string>()
  for (const entry of entries) {
    const unit = textOf(entry.UNIT)
    const id = textOf(entry.MESSAGE_ID)
    if (unit === undefined) continue
    if (id === starting) pending.add(unit)
    if (id === started || id === startFailed || id === failedWithResult) pending.delete(unit)
    if (id === started) failed.delete(unit)
    if (id === startFailed && !failed.has(unit)) failed.set(unit, 'failed')
    if (id === failedWithResult) failed.set(unit, `failed: ${textOf(entry.UNIT_RESULT) ?? 'unknown'}`)
  }
  for (const unit of pending) failed.set(unit, 'did not finish starting')
  return [...failed].slice(-most).map(([name, state]) => ({
    name: printable(name),
    state: printable(state),
    lines: linesOf(entries, name),
  }))
}

const linesOf = (entries: readonly Entry[], unit: string): string[] =>
  entries
    .filter((entry) => entry.UNIT === unit || entry._SYSTEMD_UNIT === unit)
    .flatMap((entry) => textOf(entry.MESSAGE) ?? [])
    .slice(-lineCount)
    .map(printable)
