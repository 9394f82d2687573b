/** Interfaces of containers on the host, which bear the container's unit as their alias (nix/bases/host/container/network.nix). */
import type { Host } from '../host/host.ts'
import { nameOfUnit } from './paths.ts'

/** From `ip -json link`: names of interfaces, each with the container that it was made for. */
export function parseVeths(json: string): { link: string; container: string }[] {
  const links = JSON.parse(json === '' ? '[]' : json) as { ifname?: unknown; ifalias?: unknown }[]
  return links.flatMap(({ ifname, ifalias }) => {
    const container = nameOfUnit(`${ifalias}.service`)
    return typeof ifname === 'string' && container !== undefined ? [{ link: ifname, container }] : []
  })
}

/** @param isThere whether a container of that name is installed */
export async function leftInterfaces(host: Host, isThere: (name: string) => Promise<boolean>): Promise<string[]> {
  const left: string[] = []
  const { stdout } = await host.run('ip', ['-json', 'link', 'show', 'type', 'veth'])
  for (const { link, container } of parseVeths(stdout)) if (!(await isThere(container))) left.push(link)
  return left
}

export const removeInterface = (host: Host, link: string) => host.run('ip', ['link', 'delete', 'dev', link])
