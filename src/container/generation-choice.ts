/** Which generations are meant: by number, by age, or all but the current one. Pure. */
import { UsageError } from '../host/errors.ts'
import type { Generation } from './profile.ts'

export type Choice = { number: number } | { days: number } | 'old'

/** @throws UsageError */
export function parseNumber(name: string, word: string): number {
  if (/^\d{1,9}$/.test(word)) return Number(word)
  throw new UsageError(
    `${JSON.stringify(word)} is no number of a generation. Show them: extra-container generations ${name}`,
  )
}

/** @throws UsageError for a word that is none */
export function parseChoice(word: string): Choice {
  const [, digits, days] = /^(\d{1,9})(d?)$/.exec(word) ?? []
  if (digits !== undefined) return days ? { days: Number(digits) } : { number: Number(digits) }
  if (word === 'old') return word
  throw new UsageError(
    `${JSON.stringify(word)} names no generations. Write numbers, old, or an age in days such as 30d.`,
  )
}

/** Pure. By age as Nix chooses: the one that was current at that time stays. */
export function choose(choice: Choice, generations: readonly Generation[], now: number): number[] {
  if (choice !== 'old' && 'number' in choice) return [choice.number]
  const others = (some: readonly Generation[]) => some.filter(({ current }) => !current).map(({ number }) => number)
  if (choice === 'old') return others(generations)
  const since = now - choice.days * 24 * 3600 * 1000
  return others(generations.filter(({ made }) => made < since).slice(0, -1))
}
