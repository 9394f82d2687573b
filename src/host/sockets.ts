/** Listening and connecting, on TCP ports and on unix sockets of this user alone. */
import * as fs from 'node:fs/promises'
import * as net from 'node:net'
import type { Duplex } from 'node:stream'
import type { Listener, Sockets } from './host.ts'

const runFolder = '/run/extra-container'

export const sockets: Sockets = {
  serve: async (name, onConnection) => {
    await fs.mkdir(runFolder, { recursive: true })
    await removeThoseOfTheDead(name)
    const folder = `${runFolder}/${name}-${process.pid}`
    await fs.rm(folder, { recursive: true, force: true })
    await fs.mkdir(folder, { mode: 0o700 })
    const path = `${folder}/socket`
    const listener = await open({ path }, path, onConnection)
    const close = async () => {
      await listener.close()
      await fs.rm(folder, { recursive: true, force: true })
    }
    return { ...listener, close }
  },
  listen: (host, port, onConnection) => open({ host, port }, port, onConnection),
  connect: (host, port, timeout) =>
    new Promise((resolve, reject) => {
      const socket = net.connect({ host, port, timeout, allowHalfOpen: true, noDelay: true })
      const late = Object.assign(new Error(`No answer from ${host} port ${port}`), { code: 'ETIMEDOUT' })
      socket.once('timeout', () => socket.destroy(late))
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.setTimeout(0)
        socket.off('error', reject)
        resolve(quiet(socket))
      })
    }),
}

/** A process that was killed could not remove its own. */
async function removeThoseOfTheDead(name: string): Promise<void> {
  for (const found of await fs.readdir(runFolder)) {
    const pid = found.startsWith(`${name}-`) && /-(\d+)$/.exec(found)?.[1]
    const lives = pid && (await fs.stat(`/proc/${pid}`).then(Boolean, () => false))
    if (pid && !lives) await fs.rm(`${runFolder}/${found}`, { recursive: true, force: true })
  }
}

async function open(
  where: net.ListenOptions,
  at: string | number,
  onConnection: (stream: Duplex) => void,
): Promise<Listener> {
  const opened = new Set<net.Socket>()
  const server = net.createServer({ allowHalfOpen: 'port' in where, noDelay: true }, (socket) => {
    opened.add(socket)
    socket.once('close', () => opened.delete(socket))
    onConnection(quiet(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, () => {
      server.off('error', reject)
      resolve()
    })
  })
  // Such as too many open files: that one connection is lost.
  server.on('error', () => {})
  const address = server.address()
  const close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const socket of opened) socket.destroy()
    await closed
  }
  return { at: typeof address === 'object' && address ? address.port : at, close }
}

/** Its 'close' tells all there is to know. */
function quiet(socket: net.Socket): net.Socket {
  return socket.on('error', () => {})
}
