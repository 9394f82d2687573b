import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { errorOf, settings, unitOf } from './evaluate.ts'
import { root } from './nix.ts'

const container = (options: string) => `{ containers.demo = { config = { }; ${options} }; }`

test('closure: the start script finds what starts systemd-nspawn otherwise', () => {
  const unit = unitOf(container('extra.storePaths = "closure";'))
  const variables = settings(unit, 'Environment').filter((line) => line.includes('container-store-paths'))
  expect(variables).toEqual([
    expect.stringMatching(/^"BASH_ENV=\/nix\/store\/[^/ ]+-container-store-paths"$/),
    expect.stringMatching(/^"STORE_PATHS_SCRIPT=\/nix\/store\/[^/ ]+-container-store-paths"$/),
  ])
})

test('all, which is the default: nothing', () => {
  expect(unitOf(container('extra.storePaths = "all";'))).toBe(unitOf(container('')))
  expect(unitOf(container(''))).not.toContain('store-paths')
})

test('anything else is an error that names the option', () => {
  expect(errorOf(container('extra.storePaths = "some";'))).toContain('containers.demo.extra.storePaths')
})

describe('what a start script finds', () => {
  const script = `${root}/nix/store-paths/store-paths.sh`
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'extra-container-store-paths-'))
    for (const [name, text] of [
      ['unshare', 'echo unshare "$@" BASH_ENV=$BASH_ENV'],
      ['systemd-nspawn', 'echo systemd-nspawn "$@"'],
    ]) {
      writeFileSync(join(folder, name ?? ''), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
    }
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const run = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    const env = { PATH: `${folder}:/usr/bin:/bin`, BASH_ENV: script, STORE_PATHS_SCRIPT: script }
    return spawnSync('/bin/bash', [join(folder, name)], { env, encoding: 'utf8' }).stdout
  }
  const started = (nspawn: string) =>
    `unshare --mount --propagation slave -- /bin/bash ${script} start ${nspawn} -M x BASH_ENV=\n`

  test.each(['container-start', 'unit-script-container_demo-start', 'container-nspawn-start.sh'])('%s', (name) => {
    expect(run(name, 'set -euf\nexec systemd-nspawn -M x')).toBe(started('systemd-nspawn'))
    // As NixOS does.
    const nspawn = '/nix/store/x-systemd/bin/systemd-nspawn'
    expect(run(name, `set -e\nexec ${nspawn} \\\n  -M x`)).toBe(started(nspawn))
  })

  test('other programs and other scripts are left alone', () => {
    expect(run('container-start', 'exec echo systemd-nspawn')).toBe('systemd-nspawn\n')
    expect(run('container-reload', 'exec systemd-nspawn -M x')).toBe('systemd-nspawn -M x\n')
    expect(run('container-publish', 'exec 5>&1; echo here >&5; echo "$BASH_ENV"')).toBe('here\n\n')
  })
})
