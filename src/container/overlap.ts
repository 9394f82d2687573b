/** Refuses containers whose networks overlap: packets for one would reach the other. */
import { BlockList, isIPv6 } from 'node:net'
import { OperationError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { type Conf, parseConf } from './conf.ts'
import type { Declared } from './etc.ts'
import { withoutPrefixLength } from './networks.ts'
import { pathsOf } from './paths.ts'

interface Networked {
  name: string
  settings: Conf
}

const keys = ['HOST_ADDRESS', 'LOCAL_ADDRESS', 'HOST_ADDRESS6', 'LOCAL_ADDRESS6']
const optionOf: Readonly<Record<string, string>> = {
  HOST_ADDRESS: 'hostAddress',
  HOST_ADDRESS6: 'hostAddress6',
  LOCAL_ADDRESS: 'localAddress',
  LOCAL_ADDRESS6: 'localAddress6',
}

/** The networks that the host reaches through one container's interface alone. */
function networks({ settings }: Networked): { option: string; text: string; covers(address: string): boolean }[] {
  return keys.flatMap((key) => {
    const text = settings.get(key)
    const [address = '', prefix] = text?.split('/') ?? []
    const local = key.startsWith('LOCAL')
    // Without a prefix length the host's end may have the same address in several containers.
    if (!text || (!local && prefix === undefined)) return []
    // A bridge is one network for all that join it.
    if (!local && settings.get('HOST_BRIDGE')) return []
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    const most = family === 'ipv6' ? 128 : 32
    const block = new BlockList()
    block.addSubnet(address, local ? most : Number(prefix), family)
    const covers = (other: string) => isIPv6(other) === (family === 'ipv6') && block.check(other, family)
    return [{ option: optionOf[key] ?? key, text, covers }]
  })
}

/** What is wrong with two containers at the same time; undefined: nothing. */
export function overlapOf(one: Networked, other: Networked): string | undefined {
  const [bridge, second] = [one, other].map(({ settings }) => settings.get('HOST_BRIDGE'))
  // Networks that never meet.
  if (bridge && second && bridge !== second) return undefined
  for (const [a, b] of [
    [one, other],
    [other, one],
  ] as const) {
    for (const { option, text, covers } of networks(a)) {
      for (const key of keys) {
        const address = b.settings.get(key)
        if (!address || !covers(withoutPrefixLength(address))) continue
        return (
          `The networks of the containers "${a.name}" and "${b.name}" overlap: ${option} ${text} of "${a.name}" ` +
          `covers ${optionOf[key]} ${address} of "${b.name}". Choose other addresses for one of them.`
        )
      }
    }
  }
  return undefined
}

/** @throws OperationError that names both containers and their addresses */
export async function checkOverlaps(host: Host, declared: readonly Declared[]): Promise<void> {
  const wanting = declared.filter(({ settings }) => keys.some((key) => settings.get(key)))
  if (wanting.length === 0) return
  const names = new Set(declared.map(({ name }) => name))
  const others = (await running(host)).filter(({ name }) => !names.has(name))
  for (const [index, container] of wanting.entries()) {
    for (const other of [...wanting.slice(0, index), ...others]) {
      const problem = overlapOf(container, other)
      if (problem !== undefined) throw new OperationError(problem)
    }
  }
}

/** Containers that have an interface on this host now: its alias tells whose it is. */
export async function running(host: Host): Promise<Networked[]> {
  const folder = '/sys/class/net'
  const links = await host.files.list(folder)
  const aliases = await Promise.all(links.map((link) => host.files.read(`${folder}/${link}/ifalias`)))
  const names = new Set(aliases.flatMap((alias) => /^container@(.+)$/m.exec(alias ?? '')?.[1] ?? []))
  return Promise.all(
    [...names].map(async (name) => ({ name, settings: parseConf((await host.files.read(pathsOf(name).conf)) ?? '') })),
  )
}
