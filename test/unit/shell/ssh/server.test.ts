/** The session's end of cssh, with SSH servers of ssh2 in place of containers. */
import { type Duplex, duplexPair } from 'node:stream'
import { afterEach, expect, test } from '@jest/globals'
import ssh2, { type Server } from 'ssh2'
import type { Host } from '../../../../src/host/host.ts'
import { generateKeys } from '../../../../src/host/key-pair.ts'
import { sockets } from '../../../../src/host/sockets.ts'
import { createDecoder, encode, types } from '../../../../src/shell/ssh/frames.ts'
import { serveSsh } from '../../../../src/shell/ssh/server.ts'
import { fakeHost } from '../../../fake-host.ts'

const user = generateKeys(ssh2.utils)
const closers: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

interface Container {
  leader: number | undefined
  port: number
  logins: number
  hostKey: string
}

/** A container whose commands print its name and what they were. `sleep` never ends. */
async function container(name: string, leader: number): Promise<Container> {
  const key = generateKeys(ssh2.utils)
  const made: Container = { leader, port: 0, logins: 0, hostKey: key.public }
  const server: Server = new ssh2.Server({ hostKeys: [key.private] }, (client) => {
    client.on('error', () => {})
    client.on('authentication', (context) => {
      const known = ssh2.utils.parseKey(user.public)
      const mine =
        'getPublicSSH' in known && context.method === 'publickey' && context.key.data.equals(known.getPublicSSH())
      if (mine) context.accept()
      else context.reject(['publickey'])
    })
    client.on('ready', () => {
      made.logins += 1
      client.on('session', (accept) => {
        accept().on('exec', (acceptExec, _, { command }) => {
          const channel = acceptExec()
          if (command === 'sleep') return
          channel.write(`${name}: ${command}`)
          channel.exit(7)
          channel.end()
        })
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => void server.close())
  made.port = (server.address() as { port: number }).port
  return made
}

/** A session of containers; gives the function cssh. */
async function session(containers: Record<string, Container>, privateKey = user.private) {
  const disk = Object.fromEntries(
    Object.values(containers).map(({ leader, hostKey }) => [
      `/proc/${leader}/root/etc/ssh/ssh_host_ed25519_key.pub`,
      `${hostKey} root@container\n`,
    ]),
  )
  let connected: (stream: Duplex) => void = () => {}
  const serve: Host['sockets']['serve'] = async (_, onConnection) => {
    connected = onConnection
    return { at: '/socket', close: async () => {} }
  }
  const host = fakeHost(undefined, { disk, sockets: { ...sockets, serve } })
  const server = await serveSsh(host, privateKey, Object.keys(containers), async (name) => {
    const { port } = containers[name] as Container
    return { name, address: '127.0.0.1', port, leader: async () => containers[name]?.leader }
  })
  closers.push(() => server.close())
  return (...argv: string[]) => {
    const [ours, theirs] = duplexPair()
    connected(theirs)
    const decode = createDecoder()
    const got = { stdout: '', notes: '', status: -1 }
    const result = new Promise<typeof got>((resolve) => {
      ours.on('data', (chunk) => {
        for (const { type, data } of decode(chunk)) {
          if (type === types.stdout) got.stdout += data
          if (type === types.note) got.notes += `${data}\n`
          if (type === types.exit) resolve({ ...got, status: Number(String(data)) })
        }
      })
    })
    ours.write(encode(types.request, JSON.stringify({ argv })))
    return { result, leave: () => ours.destroy() }
  }
}

test('commands share one login, and give output and status', async () => {
  const demo = await container('demo', 1001)
  const cssh = await session({ demo })
  expect(await cssh('a', 'b').result).toEqual({ stdout: 'demo: a b', notes: '', status: 7 })
  expect(await cssh('c').result).toEqual({ stdout: 'demo: c', notes: '', status: 7 })
  expect(demo.logins).toBe(1)
})

test('of several containers the one that is named is reached', async () => {
  const cssh = await session({ db: await container('db', 1001), web: await container('web', 1002) })
  expect((await cssh('web', 'x').result).stdout).toBe('web: x')
  expect((await cssh('db', 'x').result).stdout).toBe('db: x')
  expect(await cssh('x').result).toMatchObject({
    notes: 'cssh: There is no container x here. Write cssh NAME [COMMAND], with NAME one of db, web.\n',
    status: 2,
  })
})

test('beyond what sshd lets one login do, another is made', async () => {
  const demo = await container('demo', 1001)
  const cssh = await session({ demo })
  const sleeping = Array.from({ length: 8 }, () => cssh('sleep'))
  expect((await cssh('x').result).stdout).toBe('demo: x')
  expect(demo.logins).toBe(2)
  for (const { leave } of sleeping) leave()
})

test('a container that was started anew is logged in to anew; one that is down is named', async () => {
  const demo = await container('demo', 1001)
  const again = { ...(await container('again', 1002)) }
  const containers: Record<string, Container> = { demo }
  const cssh = await session({ ...containers, unused: again })
  expect((await cssh('demo', 'x').result).stdout).toBe('demo: x')
  Object.assign(demo, { leader: again.leader, port: again.port })
  expect((await cssh('demo', 'x').result).stdout).toBe('again: x')
  demo.leader = undefined
  expect(await cssh('demo', 'x').result).toMatchObject({
    notes: 'cssh: Container "demo" is not running. Start it: extra-container start demo\n',
    status: 255,
  })
})

test('another host key is refused before the login', async () => {
  const demo = await container('demo', 1001)
  const other = await container('other', 1002)
  const cssh = await session({ demo: { ...demo, hostKey: other.hostKey } })
  const { notes, status } = await cssh('x').result
  expect(notes).toContain('What answers at the address of container "demo" does not have its host key')
  expect(status).toBe(255)
  expect(demo.logins).toBe(0)
})

test('another user key is not accepted, and it is said so', async () => {
  const cssh = await session({ demo: await container('demo', 1001) }, generateKeys(ssh2.utils).private)
  expect((await cssh('x').result).notes).toContain(
    'Container "demo" does not accept the key of cssh. Start it with --ssh',
  )
})
