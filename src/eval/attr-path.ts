/** `--attr PATH`: names joined by dots, as Nix writes them; what is in quotes is one name. */
import { UsageError } from '../host/errors.ts'

/**
 * Gives the names: `x.y` → x, y; `x."a.b"` → x, a.b; `a b` → a b.
 * @throws UsageError for an empty name or an open quote
 */
export function parseAttrPath(text: string, option = '--attr'): string[] {
  const names: string[] = []
  let rest = text
  for (;;) {
    const quoted = /^"((?:[^"\\]|\\.)*)"/s.exec(rest) ?? /^'([^']*)'/.exec(rest)
    const plain = quoted ? undefined : /^[^."']+/.exec(rest)
    const found = quoted ?? plain
    const name = quoted?.[1]?.replace(/\\(.)/gs, '$1') ?? plain?.[0]
    if (!found || name === undefined || name === '') throw wrong(option, text, rest)
    names.push(name)
    rest = rest.slice(found[0].length)
    if (rest === '') return names
    if (!rest.startsWith('.')) throw wrong(option, text, rest)
    rest = rest.slice(1)
  }
}

const wrong = (option: string, text: string, rest: string) =>
  new UsageError(
    `${option} ${JSON.stringify(text)} is no attribute path: a name is missing or a quote is open at ${JSON.stringify(rest)}. ` +
      'Write x.y, or x."a.b" for a name with a dot.',
  )
