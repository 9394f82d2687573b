import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { evalNix, root } from '../nix.ts'

// Each file of cases/ is a function from lib to { NAME = [ expression, expected value ]; }. One Nix process for all.
const folder = join(import.meta.dirname, 'cases')
const files = readdirSync(folder).sort()

const results = evalNix<Record<string, Record<string, [unknown, unknown]>>>(`
  let lib = import ${root}/nix/bases/host/lib;
  in builtins.mapAttrs (_: cases: cases lib) {
    ${files.map((file) => `"${file}" = import ${folder}/${file};`).join('\n')}
  }
`)

describe.each(Object.entries(results))('%s', (_file, cases) => {
  test.each(Object.entries(cases))('%s', (_name, [got, expected]) => {
    expect(got).toEqual(expected)
  })
})
