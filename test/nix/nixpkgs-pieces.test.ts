/**
 * The reduced set cannot rot: to a nixpkgs that reads one more thing of its host, a piece is missing in the set. Each piece
 * is left out in turn, and the program must give what it gives with all of them; by a whole NixOS host where the piece is
 * needed. EXTRA_CONTAINER_TEST_NIXPKGS is as for nixpkgs.test.ts.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { buildEtc } from '../../src/eval/nix.ts'
import { fakeHost } from '../fake-host.ts'
import { root } from './nix.ts'
import { directives, genuine, trees } from './nixpkgs/trees.ts'

const set = 'nix/bases/nixpkgs'
const linesOf = (file: string, line: RegExp) =>
  [...readFileSync(join(root, set, file), 'utf8').matchAll(line)].map(([text, name]) => ({ name, file, text }))
/** What the module for containers reads of its host, and the modules beside it: a line each. */
const pieces = [
  ...linesOf('host-values.nix', /^ *(\S+)\.value = .*\n/gm),
  ...linesOf('containers.nix', /^ *\(modules \+ "\/misc\/(\S+)"\)\n/gm),
]

const definition = `{ config, ... }: {
  containers.demo = {
    autoStart = true;
    interfaces = [ "eth1" ];
    bindMounts."/data".isReadOnly = false;
    config.environment.etc.mark.text = "mark";
  };
  systemd.services."container@demo".serviceConfig.MemoryHigh = "1G";
}`

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'extra-container-pieces-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A copy of the program's Nix files without that piece. */
function programWithout({ name = '', file, text }: (typeof pieces)[number]): string {
  const copy = join(folder, name)
  cpSync(join(root, 'nix'), join(copy, 'nix'), { recursive: true })
  const path = join(copy, set, file)
  const whole = readFileSync(path, 'utf8')
  writeFileSync(path, whole.replace(text, ''))
  return copy
}

/** What the program would install, as data: its nix-build only evaluates. */
async function build(program: string, nixpkgs: string) {
  const host = fakeHost(
    ([, ...argv]) => {
      const args = argv.slice(argv.indexOf('--out-link') + 2).map((arg) => (arg === 'etc' ? 'files' : arg))
      const { status, stdout, stderr } = spawnSync('nix-instantiate', ['--eval', '--strict', '--json', ...args], {
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
      })
      return { exitCode: status ?? 1, stdout, stderr }
    },
    { root: program, cwd: root },
  )
  const options = {
    attrPath: [],
    buildArgs: [],
    cache: false,
    showTrace: false,
    stateDirectory: '/var/lib/nixos-containers',
    extra: {},
    nixpkgsPath: nixpkgs,
  }
  const printed = await buildEtc(host, { kind: 'expression', text: definition, origin: '-E' }, options)
  const files = JSON.parse(printed.replace(/\/etc$/, '')) as Record<string, { text: string }>
  return {
    conf: files['etc/nixos-containers/demo.conf']?.text,
    unit: directives(files['etc/systemd/system/container@demo.service']?.text ?? ''),
    notes: host.stderr.filter((line) => !line.startsWith('trace: ')),
  }
}

const warning = expect.stringMatching(/^Warning: .*whole NixOS host was evaluated.*\n {2}Please report it/)

describe.each(trees)('%s', (nixpkgs) => {
  let complete: Awaited<ReturnType<typeof build>>
  beforeAll(async () => {
    complete = await build(root, nixpkgs)
    expect(complete).toMatchObject({ conf: expect.stringMatching(/^SYSTEM_PATH=\/nix\/store\//m), notes: [] })
  })

  test.each(pieces)(
    'without $name',
    async (piece) => {
      const { conf, unit, notes } = await build(programWithout(piece), nixpkgs)
      expect({ conf, unit }).toEqual({ conf: complete.conf, unit: complete.unit })
      // What a genuine release does not read is not missed; the stand-ins read every value.
      const missed = notes.length > 0 || (genuine.length === 0 && piece.file === 'host-values.nix')
      expect(notes).toEqual(missed ? [warning] : [])
    },
    120_000,
  )
})
