/** Fails a test that leaves anything behind on its host: a unit, an interface, a rule, a mount, a process ... */
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect } from '@jest/globals'
import { ec, sh } from './commands.ts'
import type { TestHost } from './hosts.ts'

/** Prints all that is compared. */
export const script = readFileSync(new URL('state.sh', import.meta.url), 'utf8')

/** Everything there is, without what differs from one look to the next. */
export async function look(host: TestHost): Promise<Set<string>> {
  const stdout = await sh(host, 'exec bash -s', { input: script })
  return new Set(
    stdout
      .split('\n')
      // systemd that executes itself anew has other arguments.
      .filter(
        (line) =>
          line !== '' && !/^process: (\d+ (bash|pgrep|env|nsenter)\b|1 \/usr\/lib\/systemd\/systemd)/.test(line),
      )
      .map((line) => line.replace(/@if\d+/, '')),
  )
}

export interface Difference {
  'left behind': string[]
  'taken away': string[]
}

export function compare(before: Set<string>, after: Set<string>): Difference {
  return {
    'left behind': [...after].filter((thing) => !before.has(thing)),
    'taken away': [...before].filter((thing) => !after.has(thing)),
  }
}

export const nothing: Difference = { 'left behind': [], 'taken away': [] }

const isNothing = (difference: Difference): boolean =>
  difference['left behind'].length === 0 && difference['taken away'].length === 0

/** The kernel takes interfaces and control groups away a moment after their last process: what still differs then. */
export async function settled(host: TestHost, before: Set<string>): Promise<Difference> {
  let difference = compare(before, await look(host))
  for (let wait = 0; !isNothing(difference) && wait < 20; wait++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    difference = compare(before, await look(host))
  }
  return difference
}

/** Call it in a describe block: every test of the block is then watched. */
export function watchLeftovers(host: TestHost): void {
  let before: Set<string>

  beforeEach(async () => {
    before = await look(host)
  })

  afterEach(async () => {
    const difference = await settled(host, before)
    if (isNothing(difference)) return
    await destroyNew(host, difference)
    expect(difference).toEqual(nothing)
  })
}

/** Names that tests give: a container that somebody else made meanwhile is reported, never destroyed. */
export const isOfTests = (name: string): boolean =>
  /^(demo\d?|demo-[a-z0-9]{4}|test[-_].*|testcontainer|mycontainer|backend|ec-hostile|np|other|t|my-db|plain|web)$/.test(
    name,
  )

/** So that one test that failed does not make the next ones fail. */
export async function destroyNew(host: TestHost, difference: Difference): Promise<void> {
  const names = difference['left behind'].flatMap(
    (thing) =>
      /^(?:state: .*\/([^/]+)|(?:unit|conf): .*\/(?:container@)?([^/]+)\.(?:service|conf) -> .*)$/
        .exec(thing)
        ?.slice(1) ?? [],
  )
  const tests = new Set(names.filter((name) => name !== undefined && isOfTests(name)))
  // One by one: what is left of one may be so little that it is not known by its name.
  for (const name of tests) await ec(host, ['destroy', name])
}
