/** Ports of this machine that containers want: each at most once, and none that another program has. */
import { OperationError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import type { Declared } from './etc.ts'
import { type Port, parsePort } from './needs.ts'
import { running } from './overlap.ts'
import { parseSockets } from './proc-net.ts'

/** An address as the kernel writes it: in words of 32 bits, the last byte of each first. Empty for all addresses. */
export function kernelAddress(address: string): string {
  if (address === '') return ''
  const bytes = address.includes(':') ? bytesOf6(address) : address.split('.').map(Number)
  const words = Array.from({ length: bytes.length / 4 }, (_, index) => bytes.slice(index * 4, index * 4 + 4).reverse())
  return words
    .flat()
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase()
}

function bytesOf6(address: string): number[] {
  // The longest form there is, but for one "::", comes from URL.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const missing = 8 - groups(head).length - groups(tail ?? '').length
  const all = [...groups(head), ...Array<string>(tail === undefined ? 0 : missing).fill('0'), ...groups(tail ?? '')]
  return all.map((group) => Number.parseInt(group, 16)).flatMap((group) => [group >> 8, group & 255])
}

const isAny = (address: string) => /^0*$/.test(address)

const collide = (wanted: Port, other: Port) =>
  wanted.protocol === other.protocol &&
  wanted.port === other.port &&
  (isAny(wanted.address) || isAny(other.address) || wanted.address === other.address)

/** @throws OperationError that names the port */
export async function checkPorts(
  host: Host,
  starting: readonly Declared[],
  holds: (name: string) => readonly string[] | undefined,
): Promise<void> {
  const wanted = starting.flatMap(({ name, needs }) =>
    [
      ...(needs?.published ?? []).map((word) => ({ word, option: 'extra.publish (--publish)' })),
      ...(needs?.forwarded ?? []).map((word) => ({ word, option: 'forwardPorts' })),
    ].map(({ word, option }) => ({ name, word, option, port: kernelPort(word) })),
  )
  if (wanted.length === 0) return
  const present = await listening(host)
  const forwarded = await forwardedByOthers(host, new Set(starting.map(({ name }) => name)))
  for (const [index, { name, word, option, port }] of wanted.entries()) {
    const shown = `${port.protocol} port ${port.port}`
    const other = wanted.slice(0, index).find((earlier) => collide(port, earlier.port))
    if (other) {
      throw new OperationError(
        `Container "${name}" wants the ${shown}, and so does container "${other.name}". Choose another for ${option}.`,
      )
    }
    const holder = forwarded.find((earlier) => collide(port, earlier.port))
    if (holder) {
      throw new OperationError(
        `Container "${name}" wants the ${shown}, which leads into container "${holder.name}". Choose another for ${option}.`,
      )
    }
    if (holds(name)?.includes(word) || !present.some((socket) => collide(port, socket))) continue
    throw new OperationError(
      `Container "${name}" wants the ${shown}, which another program of this machine has. ` +
        `Choose another for ${option}. See which: ss -lnp 'sport = :${port.port}'`,
    )
  }
}

/** Ports that packet rules take: no socket shows them. */
async function forwardedByOthers(host: Host, own: ReadonlySet<string>): Promise<{ name: string; port: Port }[]> {
  const others = (await running(host)).filter(({ name }) => !own.has(name))
  return others.flatMap(({ name, settings }) =>
    (settings.get('HOST_PORT') ?? '').split(',').flatMap((text) => {
      const [protocol, port] = text.split(':')
      return protocol && port ? [{ name, port: { protocol, address: '', port: Number(port) } }] : []
    }),
  )
}

function kernelPort(word: string): Port {
  const port = parsePort(word)
  return { ...port, address: kernelAddress(port.address) }
}

async function listening(host: Host): Promise<Port[]> {
  const files = ['tcp', 'tcp6', 'udp', 'udp6']
  const texts = await Promise.all(files.map((file) => host.files.read(`/proc/net/${file}`)))
  return texts.flatMap((text, index) => parseSockets(text ?? '', files[index]?.slice(0, 3) ?? ''))
}
