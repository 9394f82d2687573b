/** Nix's log (`--log-format internal-json`) taken apart: what it says, and what it does. */

// Numbers of Nix's src/libutil/logging.hh.
const types = {
  copyPath: 100,
  fileTransfer: 101,
  copyPaths: 103,
  builds: 104,
  build: 105,
  substitute: 108,
  fetchTree: 112,
}
const results = { logLine: 101, progress: 105, setExpected: 106 }

interface Activity {
  type: number
  /** Of what is built or fetched. */
  name: string
  /** The derivation that is built. */
  drv?: string
  done: number
  expected: number
  /** What it expects of activities of other types. */
  expects: Map<number, number>
  log: string[]
}

interface Event {
  action: 'start' | 'stop' | 'result' | 'msg'
  id: string
  type: number
  text: string
  msg: string
  fields?: (string | number)[]
}

export interface Count {
  done: number
  expected: number
}

const none: Count = { done: 0, expected: 0 }
const tailLength = 10
const longestLine = 300

// What builders print, and names, may hold anything: nothing of it may steer a terminal.
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are
const escapes = /\x1b(\[[0-?]*[ -/]*[@-~]?|[@-_]?)/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g

const plain = (text: string): string => text.replace(escapes, '').replace(controls, '')

/** Without folder, hash and .drv; of an address its last part. */
const nameOf = (path: string): string =>
  plain(path)
    .replace(/\/+$/, '')
    .replace(/^.*\//, '')
    .replace(/^[a-z0-9]{32}-/, '')
    .replace(/\.drv$/, '')

/** Gives the derivation of which the message says that its builder failed. */
const failedDerivation = (message: string): string | undefined =>
  /builder for '([^']+\.drv)'|Cannot build '([^']+\.drv)'\.\s+Reason: builder/.exec(message)?.slice(1).find(Boolean)

export class NixLog {
  #rest = ''
  #text = ''
  readonly #running = new Map<string, Activity>()
  readonly #ended = new Map<number, number>()
  /** Last lines of what builders printed, by derivation. */
  readonly #tails = new Map<string, string[]>()

  /** Takes what Nix prints, in pieces of any size. */
  take(piece: string): void {
    const lines = (this.#rest + piece).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#takeLine(line)
  }

  /** All that Nix said, as it would say it to a file. What builders print is left out, but for the end where one failed. */
  get text(): string {
    if (this.#rest !== '') this.take('\n')
    return this.#text
  }

  /** Whether it builds or fetches something. */
  get busy(): boolean {
    return this.newest([types.build, ...fetches]) !== undefined
  }

  get built(): Count {
    return this.#count(types.builds)
  }

  /** Store paths. */
  get fetched(): Count {
    return this.#count(types.copyPaths)
  }

  /** Bytes. */
  get downloaded(): Count {
    return this.#count(types.fileTransfer)
  }

  get building(): string | undefined {
    return this.newest([types.build])
  }

  get fetching(): string | undefined {
    return this.newest(fetches)
  }

  /** The name of what began last and goes on. */
  newest(of: readonly number[]): string | undefined {
    return [...this.#running.values()].findLast(({ type, name }) => of.includes(type) && name !== '')?.name
  }

  #takeLine(line: string): void {
    const event = line.startsWith('@nix ') ? parse(line.slice(5)) : undefined
    if (event === undefined) this.#say(line)
    else if (event.action === 'msg') this.#say(this.#withTail(event.msg))
    else if (event.action === 'start') this.#running.set(event.id, begin(event))
    else if (event.action === 'stop') this.#stop(event.id)
    else if (event.action === 'result') this.#result(event)
  }

  #say(message: string): void {
    this.#text += `${plain(message)}\n`
  }

  /** Nix adds these lines itself only where it prints no log. */
  #withTail(message: string): string {
    const drv = failedDerivation(plain(message))
    const tail = drv === undefined ? undefined : this.#tailOf(drv)
    if (drv === undefined || /last \d+ log lines/i.test(message)) return message
    const lines = tail ? [`last ${tail.length} log lines:`, ...tail.map((line) => `> ${line}`)] : []
    const more = `The whole log: nix-store --read-log ${drv}`
    const said = plain(message)
    return [
      said.includes('\n') ? said : said.replace(/;?$/, ';'),
      ...[...lines, more].map((line) => `       ${line}`),
    ].join('\n')
  }

  #tailOf(drv: string): string[] | undefined {
    const running = [...this.#running.values()].find((activity) => activity.drv === drv)
    const tail = running?.log ?? this.#tails.get(drv) ?? []
    return tail.length > 0 ? tail : undefined
  }

  #stop(id: string): void {
    const activity = this.#running.get(id)
    if (activity === undefined) return
    this.#running.delete(id)
    this.#ended.set(activity.type, (this.#ended.get(activity.type) ?? 0) + activity.done)
    if (activity.drv !== undefined) this.#tails.set(activity.drv, activity.log)
  }

  #result({ id, type, fields = [] }: Event): void {
    const activity = this.#running.get(id)
    if (activity === undefined) return
    const [first, second] = fields
    if (type === results.logLine) {
      activity.log.push(plain(String(first)).slice(0, longestLine))
      if (activity.log.length > tailLength) activity.log.shift()
    } else if (type === results.progress) {
      activity.done = Number(first)
      activity.expected = Number(second)
    } else if (type === results.setExpected) activity.expects.set(Number(first), Number(second))
  }

  #count(type: number): Count {
    const done = this.#ended.get(type) ?? 0
    const all = [...this.#running.values()]
    const own = all.filter((activity) => activity.type === type).reduce(add, { done, expected: done })
    const expected = all.reduce((sum, { expects }) => sum + (expects.get(type) ?? 0), 0)
    return { done: own.done, expected: Math.max(own.expected, expected) }
  }
}

const fetches = [types.copyPath, types.substitute, types.fileTransfer, types.fetchTree]

/** Sums what several processes do. */
export const add = (a: Count, b: Count): Count => ({ done: a.done + b.done, expected: a.expected + b.expected })

export const sum = (counts: readonly Count[]): Count => counts.reduce(add, none)

function begin({ type, text, fields = [] }: Event): Activity {
  const [what] = fields
  const named = [types.build, ...fetches].includes(type)
  const name = named ? nameOf(typeof what === 'string' ? what : text) : ''
  const drv = type === types.build && typeof what === 'string' ? { drv: what } : {}
  return { type, name, ...drv, done: 0, expected: 0, expects: new Map(), log: [] }
}

/** Undefined for what only begins like one. Numbers of activities are longer than JavaScript's. */
function parse(json: string): Event | undefined {
  try {
    return JSON.parse(json.replace(/"id":(\d+)/, '"id":"$1"')) as Event
  } catch {
    return undefined
  }
}
