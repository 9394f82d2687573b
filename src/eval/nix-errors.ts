/** Shortens what Nix prints when it fails to what the user can act on. */

/** How Nix, and modules, name text that is in no file. */
const unnamed = /\u00abstring\u00bb|\u00abstdin\u00bb|\(string\)|\(stdin\)|`?<unknown-file>'?/g

const buildFailures =
  /builder for '|hash mismatch|No space left on device|database is locked|cannot connect to|unable to (?:start|fork|download)|[cC]annot build|out of memory/

/** Whether the definition is fine and this machine failed: a build, the disk, the network. */
export const isMachineFault = (stderr: string): boolean => buildFailures.test(stderr)

/** Splits off each `error:` that begins a line; what stands before the first is progress and warnings. */
function errorParts(stderr: string): string[] {
  return stderr.split(/^(?=\s*error:)/m).filter((part) => /^\s*error:/.test(part))
}

/** The part with the cause: newer Nix prints an empty `error:`, its trace, then the cause; builders come before what needed them. */
function mainPart(stderr: string): string | undefined {
  const parts = errorParts(stderr)
  return parts.find((part) => buildFailures.test(part)) ?? parts.at(-1)
}

/** Positions in files of this program tell a user nothing: drops the `at` line and the lines of source under it. */
function dropOwnPositions(lines: string[], ownFolder: string): string[] {
  let inOwn = false
  return lines.filter((line) => {
    if (/^\s*(at|\u2026 )/.test(line)) inOwn = /^\s*at /.test(line) && line.includes(ownFolder)
    else if (inOwn && !/^\s*(\d+\||\||$)/.test(line)) inOwn = false
    return !inOwn
  })
}

/**
 * @param stderr all that Nix printed
 * @param origin what to call text that is in no file
 * @param ownFolder this program's folder of Nix files
 */
export function shortenNixError(stderr: string, origin: string, ownFolder: string): string {
  const part = mainPart(stderr) ?? stderr
  const lines = part
    .replace(unnamed, origin)
    .split('\n')
    .filter((line) => !/^\s*\(use '--show-trace'|^\s*\(stack trace truncated/.test(line))
  const kept = dropOwnPositions(lines, ownFolder)
  const text = kept
    .join('\n')
    // `nix log` needs an experimental feature.
    .replace(/For full logs, run:?\s+'?nix log ([^\s']+)'?\.?/, 'The whole log: nix-store --read-log $1')
    .replace(/^\s*error:\s*/, '')
    .replace(/\n\s*\n+/g, '\n')
    .replace(/[ \t]+$/gm, '')
    .trim()
  return dedent(text)
}

/** Takes off the indentation that all lines but the first share. */
function dedent(text: string): string {
  const [first = '', ...rest] = text.split('\n')
  const indents = rest.filter((line) => line.trim() !== '').map((line) => line.search(/\S/))
  const shared = Math.max(0, Math.min(...indents) - 2)
  return [first, ...rest.map((line) => line.slice(Number.isFinite(shared) ? shared : 0))].join('\n')
}

/** Lines that the evaluation itself printed: warnings and traces. Nix's own `warning:` lines are about its settings. */
export const evaluationNotes = (stderr: string): string[] =>
  stderr.split('\n').filter((line) => /^(trace: |evaluation warning: )/.test(line))

const noNetwork =
  /unable to download '[^']*': .*(could ?n[o']t (resolve|connect)|failed to connect|timed? ?out|timeout was reached|network is unreachable)/i

const remedies: readonly [RegExp, string][] = [
  [
    /cannot connect to (socket at|daemon)/,
    "Nix's daemon does not run. Start it: systemctl start nix-daemon.socket. Root does without it: NIX_REMOTE=local",
  ],
  [noNetwork, 'Nothing could be fetched: this machine has no network, or the server does not answer.'],
  [
    /requires lock file changes/,
    "Its inputs are not locked. Run there: nix --extra-experimental-features 'nix-command flakes' flake lock",
  ],
]

/** What to do about an error whose own text does not say it. */
export const remedyOf = (stderr: string): string | undefined => remedies.find(([error]) => error.test(stderr))?.[1]
