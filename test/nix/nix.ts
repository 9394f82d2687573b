/** Evaluates Nix code for tests: pure evaluation only, nothing is built. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** The project's folder. Tests import Nix files by it: `import ${root}/nix/bases/host/lib`. */
export const root = join(import.meta.dirname, '..', '..')

const run = (source: string) => {
  const file = source.startsWith('/') && source.endsWith('.nix') && !source.includes('\n')
  const args = ['--eval', '--strict', '--json', ...(file ? [source] : ['--expr', source])]
  const { error, status, stdout, stderr } = spawnSync('nix-instantiate', args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NIX_PATH: '', NIX_CONFIG: `${process.env.NIX_CONFIG ?? ''}\nbuild-users-group =\n` },
    maxBuffer: 64 * 1024 * 1024,
  })
  if (error) throw error
  return { status, stdout, stderr }
}

/** The text of the last error in what Nix wrote, without colours, traces and source excerpts. */
const message = (stderr: string) => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours begin with ESC
  const plain = stderr.replace(/\u001b\[[0-9;]*m/g, '').replace(/\n\(use '--show-trace'[^\n]*\n?$/, '')
  const text = plain.split(/^ *error: /m).at(-1) ?? ''
  return (text.split(/\n\n {7}(?:at|…) /)[0] ?? '').replace(/^ {7}/gm, '').trim()
}

/**
 * The value of an expression, or of a file (an absolute path that ends with .nix), as JSON gives it.
 * Throws what Nix wrote where evaluation fails.
 */
export const evalNix = <T = unknown>(source: string): T => {
  const { status, stdout, stderr } = run(source)
  if (status !== 0) throw new Error(`nix-instantiate failed:\n${stderr}`)
  return JSON.parse(stdout) as T
}

/** The message of the error that an expression or a file ends with, without traces. Throws where there is no error. */
export const evalError = (source: string): string => {
  const { status, stdout, stderr } = run(source)
  if (status === 0) throw new Error(`an error was expected, but evaluation gave ${stdout}`)
  return message(stderr)
}

/** What evaluation wrote to stderr (warnings and traces). Throws where it fails. */
export const evalWarnings = (source: string): string => {
  const { status, stderr } = run(source)
  if (status !== 0) throw new Error(`nix-instantiate failed:\n${stderr}`)
  return stderr.trim()
}
