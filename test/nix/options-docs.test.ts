/** docs/options.md is what the declarations say, and every example in it works. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import type { File } from './evaluate.ts'
import { evalNix, root } from './nix.ts'

interface Example {
  loc: string[]
  name: string
  text: string | null
  description: string | null
}
const { document, examples } = evalNix<{ document: string; examples: Example[] }>(`${root}/nix/docs/options.nix`)

test('docs/options.md is today’s; if not: npm run docs:options', () => {
  expect(readFileSync(`${root}/docs/options.md`, 'utf8')).toBe(document)
})

test('each option has a description and an example', () => {
  expect(examples.filter(({ text, description }) => text === null || !description)).toEqual([])
  expect(examples.length).toBeGreaterThan(60)
})

/** What an option needs beside its example, by the end of its name. */
const beside: [RegExp, string][] = [
  [
    /extra\.lab$/,
    'extra.addressPrefix = "10.9.0"; }; containers.other = { extra.addressPrefix = "10.9.1"; extra.lab = true;',
  ],
  [
    /(hostBridge|Address6?|forwardPorts.*|extra\.(enable|expose|firewall|publish).*)$/,
    'extra.addressPrefix = "10.9.0";',
  ],
]
/** What other parts of a list's element must be there. */
const parts: Readonly<Record<string, string>> = {
  forwardPorts: '{ hostPort = 8080; }',
  allowedDevices: '{ node = "/dev/fuse"; modifier = "rwm"; }',
}

/** `{ bindMounts = { demo = { hostPath = "/home/alice"; }; }; }` */
function nest(path: readonly string[], text: string): string {
  return path.reduceRight((value, part, index) => {
    if (part === '*') return `[ (${parts[path[index - 1] ?? ''] ?? '{ }'} // ${value}) ]`
    const name = /^(bindMounts|binds)$/.test(path[index - 1] ?? '') ? '/demo' : part === '<name>' ? 'demo' : part
    return `{ ${JSON.stringify(name)} = ${value}; }`
  }, `(${text})`)
}

describe('each example', () => {
  const definitions = examples.map(({ loc, name, text }) => {
    const own = /\.path$/.test(name) ? '' : 'config = { };'
    const more = name === 'containers.NAME.extra.addressPrefix' ? '' : beside.find(([end]) => end.test(name))?.[1]
    const containers = /^containers|^systemd\.services/.test(name) ? 'containers' : 'virtualisation.nspawn.containers'
    const without = `{ ${containers}.demo = { ${own} ${more ?? ''} }; }`
    return { name, without, withIt: `[ ${without} ${nest(loc, text ?? 'null')} ]` }
  })
  const files = (definition: string) => `(import ${root}/nix/eval-config.nix { definition = ${definition}; }).files`
  // The last name that was traced is the one that fails.
  const evaluated = evalNix<Record<string, File>[]>(
    `[ ${definitions.map(({ name, withIt }) => `(builtins.trace ${JSON.stringify(name)} ${files(withIt)})`).join('\n')} ]`,
  )
  const alone = [...new Set(definitions.map(({ without }) => without))]
  const plain = evalNix<Record<string, File>[]>(
    `[ ${alone.map((definition) => (definition.includes('config') ? files(definition) : '{ }')).join('\n')} ]`,
  )
  // Null; and arguments that no module takes.
  const silent = new Set(['containers.NAME.flake', 'containers.NAME.nixpkgs', 'containers.NAME.specialArgs'])

  test.each(definitions.filter(({ name }) => !silent.has(name)).map(({ name }) => name))('%s has an effect', (name) => {
    const index = definitions.findIndex((definition) => definition.name === name)
    expect(evaluated[index]).not.toEqual(plain[alone.indexOf(definitions[index]?.without ?? '')])
  })
})
