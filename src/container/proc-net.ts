/** Sockets that wait for clients, as the kernel lists them. Pure. */
import type { Port } from './needs.ts'

/** Reads /proc/net/tcp and the like. Addresses are as the kernel writes them. */
export function parseSockets(text: string, protocol: string): Port[] {
  return text.split('\n').flatMap((line) => {
    const [, address, port, state] = /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ ([0-9A-F]{2}) /.exec(line) ?? []
    if (address === undefined || port === undefined) return []
    // 0A: a TCP socket that listens; 07: a UDP socket that is not connected.
    const waits = state === (protocol === 'udp' ? '07' : '0A')
    return waits ? [{ protocol, address, port: Number.parseInt(port, 16) }] : []
  })
}
