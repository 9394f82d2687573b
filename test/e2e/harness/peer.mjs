// Both ends of connections in tests of networks, TCP and UDP, IPv4 and IPv6.
//   peer.mjs serve [ADDRESS:]PORT...    answers each with the caller's address; on port 53, name queries with 203.0.113.77
//   peer.mjs ask tcp|udp ADDRESS PORT [FROM]   prints the answer; exit status 1 where there is none in 700 ms
import { createSocket } from 'node:dgram'
import { connect, createServer, isIPv6 } from 'node:net'

const [, , action, ...args] = process.argv
const plain = (address) => `${address.replace('::ffff:', '')}\n`

/** One A record for an A query, none for others. */
function resolve(query) {
  const end = query.indexOf(0, 12) + 5
  const isA = query.readUInt16BE(end - 4) === 1
  const head = Buffer.concat([query.subarray(0, 2), Buffer.from([0x81, 0x80, 0, 1, 0, isA ? 1 : 0, 0, 0, 0, 0])])
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 203, 0, 113, 77])
  return Buffer.concat([head, query.subarray(12, end), ...(isA ? [record] : [])])
}

function serve(listen) {
  const [, address = '::', text] = /^(?:(.*):)?(\d+)$/.exec(listen)
  const port = Number(text)
  createServer((socket) =>
    socket
      .on('error', () => {})
      .resume()
      .end(plain(socket.remoteAddress)),
  ).listen(port, address)
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  socket.on('message', (message, from) =>
    socket.send(port === 53 ? resolve(message) : plain(from.address), from.port, from.address),
  )
  socket.bind(port, address)
}

function ask(protocol, address, port, from) {
  setTimeout(() => process.exit(1), 700)
  const done = (answer) => process.stdout.write(answer, () => process.exit(0))
  if (protocol === 'tcp') {
    const socket = connect({ host: address, port: Number(port), localAddress: from })
    socket.on('error', () => process.exit(1))
    socket.on('data', done)
  } else {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
    socket.on('message', done).on('error', () => process.exit(1))
    socket.bind(0, from, () => socket.send('?', Number(port), address))
  }
}

if (action === 'serve') for (const listen of args) serve(listen)
else ask(...args)
