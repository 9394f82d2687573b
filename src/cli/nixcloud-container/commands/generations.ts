/** `nixcloud-container list-generations`, `switch-generation`, `rollback` and `delete-generations` */
import type { Host } from '../../../host/host.ts'
import { defineCommand } from '../../command.ts'

/** Those of nixcloud-container's containers alone. */
async function generationsOf(host: Host, name: string) {
  const { requireNixcloud } = await import('../../../container/nixcloud/installed.ts')
  await requireNixcloud(host, name)
  return import('../../../container/generations.ts')
}

export const listGenerations = defineCommand({
  name: 'list-generations',
  usage: ['NAME'],
  summary: 'Print the generations of a container, each with what it changed',
  options: {},
  words: [1, 1],
  async run(host, args) {
    const { generationsText } = await import('../../../container/generations-text.ts')
    const [name = ''] = args.words
    host.out(generationsText(await (await generationsOf(host, name)).listGenerations(host, name)))
    return 0
  },
})

export const switchGeneration = defineCommand({
  name: 'switch-generation',
  usage: ['NAME NUMBER'],
  summary: 'Make a generation what a container is; where that fails it is what it was',
  options: {},
  words: [2, 2],
  async run(host, args) {
    const [name = '', number = ''] = args.words
    const { parseNumber } = await import('../../../container/generation-choice.ts')
    const wanted = parseNumber(name, number)
    await (await generationsOf(host, name)).switchGeneration(host, name, wanted)
    return 0
  },
})

export const rollback = defineCommand({
  name: 'rollback',
  usage: ['NAME'],
  summary: 'Make a container what it was before its current generation',
  options: {},
  words: [1, 1],
  async run(host, args) {
    const [name = ''] = args.words
    await (await generationsOf(host, name)).rollbackGeneration(host, name)
    return 0
  },
})

export const deleteGenerations = defineCommand({
  name: 'delete-generations',
  usage: ['NAME NUMBER...|old|30d'],
  summary: 'Delete generations: numbers, all but the current one, or those no longer current so many days ago',
  options: {},
  words: [2, Number.POSITIVE_INFINITY],
  async run(host, args) {
    const [name = '', ...which] = args.words
    const { deletedText } = await import('../../../container/generations-text.ts')
    host.note(deletedText(name, await (await generationsOf(host, name)).deleteGenerations(host, name, which)))
    return 0
  },
})
