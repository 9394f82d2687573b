/** Fails a test that leaves anything behind on its host: a unit, an interface, a rule, a mount, a process ... */
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect } from '@jest/globals'
import { ec } from './commands.ts'
import type { TestHost } from './hosts.ts'

const script = readFileSync(new URL('state.sh', import.meta.url), 'utf8')

/** Everything there is, without what differs from one look to the next. */
export async function look(host: TestHost): Promise<Set<string>> {
  const { stdout } = await host.start(['bash', '-s'], { input: script }).finished
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

const isNothing = (difference: Difference): boolean =>
  difference['left behind'].length === 0 && difference['taken away'].length === 0

/** Call it in a describe block: every test of the block is then watched. */
export function watchLeftovers(host: TestHost): void {
  let before: Set<string>

  beforeEach(async () => {
    before = await look(host)
  })

  afterEach(async () => {
    let difference = compare(before, await look(host))
    // The kernel takes interfaces and control groups away a moment after their last process.
    for (let wait = 0; !isNothing(difference) && wait < 20; wait++) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      difference = compare(before, await look(host))
    }
    if (isNothing(difference)) return
    await destroyNew(host, difference)
    expect(difference).toEqual({ 'left behind': [], 'taken away': [] })
  })
}

/** Names that tests give: a container that somebody else made meanwhile is reported, never destroyed. */
const ofTests = /^(demo|test-.*)$/

/** So that one test that failed does not make the next ones fail. */
async function destroyNew(host: TestHost, difference: Difference): Promise<void> {
  const names = difference['left behind'].flatMap((thing) => /^state: .*\/([^/]+)$/.exec(thing)?.[1] ?? [])
  const tests = names.filter((name) => ofTests.test(name))
  if (tests.length > 0) await ec(host, ['destroy', ...tests])
}
