/** While Nix builds or fetches: one line of what it does and how much is left; where there is no terminal, one now and then. */
import type { Host } from '../host/host.ts'
import { type Count, NixLog, sum } from './nix-log.ts'

/** Milliseconds. What ends sooner is not worth a word. */
const times = { tick: 100, onTerminal: 300, plain: 3000, betweenPlain: 10_000 }

const MiB = 1024 * 1024
const size = ({ done, expected }: Count): string => `${(done / MiB).toFixed(1)} of ${(expected / MiB).toFixed(1)} MiB`

/** Gives '' where nothing is built or fetched: `3 of 12 built, 4 of 20 fetched (2.5 of 80.1 MiB): building nginx-1.26.2`. */
export function describeProgress(logs: readonly NixLog[]): string {
  const total = (count: (log: NixLog) => Count) => sum(logs.map(count))
  const [built, fetched, downloaded] = [
    total((log) => log.built),
    total((log) => log.fetched),
    total((log) => log.downloaded),
  ]
  const bytes = downloaded.expected > 0 ? size(downloaded) : ''
  const counts = [
    ...(built.expected > 0 ? [`${built.done} of ${built.expected} built`] : []),
    ...(fetched.expected > 0 ? [`${fetched.done} of ${fetched.expected} fetched${bytes && ` (${bytes})`}`] : []),
    ...(fetched.expected === 0 && bytes ? [`${bytes} fetched`] : []),
  ]
  const now = [
    ...new Set(logs.flatMap(({ building }) => (building === undefined ? [] : [`building ${building}`]))),
    ...new Set(logs.flatMap(({ fetching }) => (fetching === undefined ? [] : [`fetching ${fetching}`]))),
  ]
  return [counts.join(', '), now.join(', ')].filter((part) => part !== '').join(': ')
}

interface Shown {
  logs: NixLog[]
  timer: NodeJS.Timeout
  end(): void
}

/** What several processes of Nix do is one line. */
const shown = new WeakMap<Host, Shown>()

/** Gives a log that is shown until it is ended. */
export function showProgress(host: Host): { log: NixLog; end(): void } {
  const log = new NixLog()
  const display = shown.get(host) ?? begin(host)
  display.logs.push(log)
  return {
    log,
    end() {
      display.logs.splice(display.logs.indexOf(log), 1)
      if (display.logs.length > 0) return
      shown.delete(host)
      display.end()
    },
  }
}

function begin(host: Host): Shown {
  const logs: NixLog[] = []
  const onTerminal = host.tty.stderr && host.env.TERM !== 'dumb'
  let next: number | undefined
  let last = ''
  const tick = () => {
    const now = Date.now()
    if (next === undefined && !logs.some(({ busy }) => busy)) return
    next ??= now + (onTerminal ? times.onTerminal : times.plain)
    if (now < next) return
    const line = describeProgress(logs)
    if (line === last) return
    last = line
    if (onTerminal) return host.status(line)
    next = now + times.betweenPlain
    host.note(line)
  }
  const timer = setInterval(tick, times.tick)
  timer.unref()
  const display: Shown = {
    logs,
    timer,
    end() {
      clearInterval(timer)
      if (onTerminal && last !== '') host.status('')
    },
  }
  shown.set(host, display)
  return display
}
