/** A list of generations, for people and for programs. Pure. */
import type { GenerationChange } from './generation-changes.ts'
import type { ListedGeneration, Profile } from './generations.ts'

/** As docs/generations.md describes it. */
export const generationsDocument = (name: string, { path, of, generations }: Profile<ListedGeneration>): object => ({
  name,
  profile: path,
  of,
  generations: generations.map(({ number, made, current, path, changes }) => {
    return { number, date: new Date(made).toISOString(), current, path, changes }
  }),
})

/** The first line of each as `nix-env --list-generations` prints it, and what it changed. */
export const generationsText = ({ generations }: Profile<ListedGeneration>): string =>
  generations
    .flatMap(({ number, made, current, changes }) => [
      `${String(number).padStart(4)}   ${localDate(made)}${current ? '   (current)' : ''}`,
      ...changeLines(changes ?? []).map((line) => `       ${line}`),
    ])
    .join('\n')

/** @param numbers of those that are gone */
export const deletedText = (name: string, numbers: readonly number[]): string =>
  numbers.length > 0 ? `Deleted generations of ${name}: ${numbers.join(', ')}` : `${name} has no such generations.`

function localDate(milliseconds: number): string {
  const local = milliseconds - new Date(milliseconds).getTimezoneOffset() * 60_000
  return new Date(local).toISOString().slice(0, 19).replace('T', ' ')
}

const labels: Readonly<Record<GenerationChange['what'], string>> = {
  unit: 'units',
  package: 'packages',
  container: 'container options',
  system: 'system',
}

/** More would hide what else there is: after a change of nixpkgs every unit differs. */
const most = 10

/** One line for each kind of thing and of change. */
export function changeLines(changes: readonly GenerationChange[]): string[] {
  const groups = new Map<string, GenerationChange[]>()
  for (const change of changes) {
    const label = `${labels[change.what]} ${change.how}`
    groups.set(label, [...(groups.get(label) ?? []), change])
  }
  return [...groups].map(([label, group]) => {
    const shown = group.slice(0, most).map(describe)
    const more = group.length > most ? [`and ${group.length - most} more`] : []
    return `${label}: ${[...shown, ...more].join(', ')}`
  })
}

function describe({ what, name, before, after }: GenerationChange): string {
  if (what !== 'package') return name
  const versions = [...new Set([before, after])].filter(Boolean)
  return [name, versions.join(' -> ')].filter(Boolean).join(' ')
}
