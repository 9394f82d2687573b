/**
 * Carries datagrams between a socket of the machine (file 3) and a port of the container's localhost. A client's answers
 * come by a socket of its own, which is closed when nothing went through it for a minute.
 * Usage: node udp.mjs 4|6 PORT   4 or 6: the family of file 3
 */
import { createSocket } from 'node:dgram'

const [family, port] = process.argv.slice(2)
const idle = 60_000
const most = 4096

const outer = createSocket(`udp${family}`)
/** By client; the one that was quiet the longest comes first. */
const clients = new Map()

function socketOf({ address, port: from }) {
  const key = `${address} ${from}`
  const known = clients.get(key)
  if (known) {
    clients.delete(key)
    clients.set(key, { ...known, last: Date.now() })
    return known.inner
  }
  if (clients.size >= most) forget(clients.keys().next().value)
  const inner = createSocket('udp4')
  // Nothing listens there, or the client is gone: for UDP both are silence.
  const ignore = () => {}
  inner.on('error', ignore)
  inner.on('message', (data, sender) => {
    if (sender.port !== Number(port) || sender.address !== '127.0.0.1') return
    outer.send(data, from, address, ignore)
    const client = clients.get(key)
    if (client) client.last = Date.now()
  })
  clients.set(key, { inner, last: Date.now() })
  return inner
}

function forget(key) {
  clients.get(key)?.inner.close()
  clients.delete(key)
}

outer.on('message', (data, client) => socketOf(client).send(data, Number(port), '127.0.0.1', () => {}))
outer.bind({ fd: 3 })

setInterval(() => {
  const oldest = Date.now() - idle
  for (const [key, { last }] of clients) if (last < oldest) forget(key)
}, idle / 4)
