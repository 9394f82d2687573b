/** "Did you mean": the known word that takes the fewest changes. */

/** Levenshtein's distance. */
export function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, replaced))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}

/** Gives ` Did you mean X?`, or nothing where no known word is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const begun = known.filter((name) => word.length > 2 && name.startsWith(word))
  if (begun.length === 1) return ` Did you mean ${begun[0]}?`
  const ranked = known.map((name) => ({ name, far: distance(word, name) })).sort((a, b) => a.far - b.far)
  const best = ranked[0]
  if (!best || best.far > Math.max(2, Math.floor(word.length / 3)) || best.far >= best.name.length) return ''
  return ` Did you mean ${best.name}?`
}
