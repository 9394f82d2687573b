/** A suffix for names of containers that nothing on this machine has. */
import type { Host } from '../host/host.ts'
import { confFolder, gcRootFolder, stateFolder, unitFolder } from './paths.ts'
import { readSessions } from './sessions.ts'

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'

const random = () => `-${Array.from({ length: 4 }, () => letters[Math.floor(Math.random() * letters.length)]).join('')}`

/** Gives `-xxxx`: no container, root folder or session has a name with it. */
export async function chooseSuffix(host: Host, propose: () => string = random): Promise<string> {
  const folders = [unitFolder, confFolder, gcRootFolder, stateFolder]
  const [sessions, ...found] = await Promise.all([readSessions(host), ...folders.map((path) => host.files.list(path))])
  const names = [
    ...found.flat().map((file) => file.replace(/\.(service|conf)$/, '')),
    ...sessions.flatMap((session) => session.names),
  ]
  for (;;) {
    const suffix = propose()
    if (!names.some((name) => name.endsWith(suffix))) return suffix
  }
}
