/** Builds packages and systems of the host base for tests, and runs a system's programs in a root folder of their own. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './nix.ts'

/** The base, as Nix code. */
export const base = `(import ${root}/nix/bases/host { facts = { system = "x86_64-linux"; stateDirectory = "/var/lib/nixos-containers"; }; })`

/** An expression over `pkgs` and `lib`. */
export const withPkgs = (expression: string) => `let base = ${base}; inherit (base) pkgs lib; in ${expression}`

/** A system whose configuration is the module `config`. */
export const system = (config: string) => `(${base}.evalSystem { name = "demo"; modules = [ (${config}) ]; })`

/** Builds an expression: its store path and what was written to stderr. Throws where the build fails. */
export const build = (expression: string, options: string[] = []): string => {
  const { status, stdout, stderr } = spawnSync(
    'nix-build',
    ['--no-out-link', '--option', 'substitute', 'false', ...options, '--expr', expression],
    { encoding: 'utf8', env: { ...process.env, NIX_CONFIG: `${process.env.NIX_CONFIG ?? ''}\nbuild-users-group =\n` } },
  )
  if (status !== 0) throw new Error(stderr)
  return stdout.trim()
}

/** Builds the system of a configuration. */
export const toplevel = (config: string) => build(`${system(config)}.toplevel`)

/** A container's root folder without a container: /usr and the store of this machine, all else its own. */
export class Root {
  readonly path = mkdtempSync(join(tmpdir(), 'host-system-'))

  constructor() {
    for (const folder of ['usr', 'local', 'etc', 'nix/store', 'run', 'dev', 'proc', 'tmp', 'root'])
      mkdirSync(join(this.path, folder), { recursive: true })
    for (const link of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${link}`, join(this.path, link))
  }

  /** Runs a command inside, alone in its mount and PID namespaces. */
  run(...command: string[]) {
    const script = `
      for folder in usr nix/store; do mount --rbind "/$folder" "$0/$folder"; done
      mount --bind "$0/local" "$0/usr/local"
      mount --bind /dev "$0/dev"
      mount -t proc proc "$0/proc"
      exec chroot "$0" "$@"`
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      ['--mount', '--pid', '--fork', 'sh', '-euc', script, this.path, ...command],
      { encoding: 'utf8', env: { PATH: process.env.PATH } },
    )
    return { status, stdout, stderr }
  }

  /** Puts a program before those of this machine. */
  program(name: string, text: string) {
    mkdirSync(join(this.path, 'local/sbin'), { recursive: true })
    const file = join(this.path, 'local/sbin', name)
    writeFileSync(file, text)
    chmodSync(file, 0o755)
  }

  remove() {
    rmSync(this.path, { recursive: true })
  }
}
