#!/usr/bin/env node
/** Writes docs/options.md anew, from the declarations of the options. */
import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'

const args = ['--eval', '--strict', '--json', 'nix/docs/options.nix', '-A', 'document']
await writeFile('docs/options.md', JSON.parse(execFileSync('nix-instantiate', args, { encoding: 'utf8' })))
