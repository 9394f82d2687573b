#!/usr/bin/env node
/**
 * Bundles src/main.ts into the one file that bin/extra-container starts, src/cssh.ts and ssh2; and compiles the first: from V8's code cache the
 * program starts in half of the time beyond Node's own.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import v8 from 'node:v8'
import { Script } from 'node:vm'
import { build } from 'esbuild'

const bundle = 'dist/extra-container.cjs'

// V8 tells a cache that does not belong to its source by the source's length alone.
rmSync(`${bundle}.cache`, { force: true })

// What ssh2 can do without: parts in C++, which only make ciphers faster that are not used here.
const withoutNative = {
  name: 'without-native',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^cpu-features$|\.node$/ }, ({ path }) => ({ path, namespace: 'native' }))
    onLoad({ filter: /.*/, namespace: 'native' }, () => ({ contents: 'throw new Error("left out")' }))
  },
}

// Only cssh and the first --ssh need ssh2: it stays out of the file that every start reads.
const ssh2 = {
  name: 'ssh2',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^ssh2$/ }, () => ({ path: '../dist/ssh2.cjs', external: true }))
  },
}

const common = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', minify: true, logLevel: 'warning' }
await Promise.all([
  build({ ...common, entryPoints: ['ssh2'], outfile: 'dist/ssh2.cjs', plugins: [withoutNative] }),
  build({ ...common, entryPoints: ['src/cssh.ts'], outfile: 'dist/cssh.cjs' }),
])

await build({
  entryPoints: ['src/main.ts'],
  outfile: bundle,
  ...common,
  plugins: [ssh2],
  keepNames: true,
  sourcemap: 'linked',
  alias: { 'string-width': './util/string-width.mjs', assert: './util/assert.mjs' },
  charset: 'ascii',
  // Dependencies that use import() or import.meta are bundled in too.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': 'bundleUrl' },
  banner: {
    js: "(function (require, __filename) { const bundleUrl = require('node:url').pathToFileURL(__filename).href;",
  },
  footer: { js: '})' },
})

// bin/extra-container reads it so. What esbuild does not escape is in regular expressions.
if (/[^\0-\x7f]/.test(readFileSync(bundle, 'utf8')))
  throw new Error(`${bundle} is not ASCII: write \\u in regular expressions`)

// A cache of functions that are compiled only when they are called would be nearly empty. The flags must be the usual
// ones again when the cache is written: V8 rejects one that was made with others.
v8.setFlagsFromString('--no-lazy')
const script = new Script(readFileSync(bundle, 'utf8'), { filename: bundle })
v8.setFlagsFromString('--lazy')
writeFileSync(`${bundle}.cache`, script.createCachedData())

// What notes which files an evaluation reads. Without a C compiler nothing is cached, and all else works.
const object = ['-shared', '-nostdlib', '-o', 'dist/reads.so.new', 'src/eval/reads.c']
const compilers = [
  ['tcc', object],
  ...['cc', 'gcc', 'clang'].map((name) => [name, ['-fPIC', '-O1', '-fno-stack-protector', '-fno-builtin', ...object]]),
]
const compiled = compilers.some(([name, args]) => spawnSync(name, args, { stdio: 'ignore' }).status === 0)
// In one step: a running Nix may have the old one loaded.
if (compiled) renameSync('dist/reads.so.new', 'dist/reads.so')
else {
  rmSync('dist/reads.so', { force: true })
  console.error('No C compiler (tcc, cc, gcc, clang) works here: results of evaluations will not be cached.')
}
