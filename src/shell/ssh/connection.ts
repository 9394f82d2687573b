/** An SSH connection to a container's root: waits for its sshd, and believes only the host key in the container's files. */
import type { Client, ClientErrorExtensions } from 'ssh2'
import { OperationError } from '../../host/errors.ts'
import type { Host } from '../../host/host.ts'

export interface Target {
  name: string
  address: string
  port: number
  /** The container's init, as this process sees it; undefined while the container is down. */
  leader(): Promise<number | undefined>
}

export interface ConnectOptions {
  privateKey: string
  /** The socket of an agent that the container may use. */
  agent?: string | undefined
  /** Told once where it takes longer. */
  onWait(): void
  /** Nobody waits any more. */
  signal: AbortSignal
}

export interface Connection {
  client: Client
  /** The init of the container that it leads to. */
  leader: number
}

/** Milliseconds. */
const patience = 15_000
const noteAfter = 1500
const pause = 100

export const hostKeyFile = '/etc/ssh/ssh_host_ed25519_key.pub'

/** @throws OperationError that says why, with the next step */
export async function connect(host: Host, target: Target, options: ConnectOptions): Promise<Connection> {
  const begin = Date.now()
  let noted = false
  for (;;) {
    const leader = await target.leader()
    if (leader === undefined) throw notRunning(target.name)
    try {
      const client = await login(host, target, leader, options)
      return { client, leader }
    } catch (error) {
      if (!(error instanceof NotYet)) throw error
      const waited = Date.now() - begin
      if (options.signal.aborted) throw new OperationError('Nobody waits for the connection any more.')
      if (waited > patience) throw noAnswer(target, error.code, waited)
      if (waited > noteAfter && !noted) {
        options.onWait()
        noted = true
      }
      await host.sleep(pause)
    }
  }
}

/** sshd may still come up. */
class NotYet extends Error {
  constructor(readonly code: string) {
    super(code)
  }
}

const notRunning = (name: string) =>
  new OperationError(`Container "${name}" is not running. Start it: extra-container start ${name}`)

function noAnswer({ name, address, port }: Target, code: string, waited: number): OperationError {
  const what: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'the port is closed. Look why sshd is not running: c systemctl status sshd',
    ETIMEDOUT: "nothing answers. Look at the container's firewall (networking.firewall), and at the host's",
    EHOSTUNREACH: 'there is no way to that address. Look at the interfaces: c ip address',
    ENETUNREACH: 'there is no way to that address. Look at the interfaces: ip address',
  }
  const seconds = Math.round(waited / 1000)
  return new OperationError(
    `Container "${name}" does not answer at ${address} port ${port} (tried for ${seconds} s): ${what[code] ?? code}.`,
  )
}

async function login(host: Host, target: Target, leader: number, options: ConnectOptions): Promise<Client> {
  const { default: ssh2 } = await import('ssh2')
  const sock = await host.sockets.connect(target.address, target.port, 2000).catch((error: NodeJS.ErrnoException) => {
    throw new NotYet(error.code ?? error.message)
  })
  // A container that was killed: what sshd still had to say cannot be answered.
  sock.once('end', () => sock.destroy())
  const client = new ssh2.Client()
  // Each cssh that uses it listens for its end.
  client.setMaxListeners(0)
  let refused: OperationError | undefined
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('ready', resolve)
      client.once('close', () => reject(new NotYet('it ends the connection')))
      client.on('error', reject)
      client.connect({
        sock,
        username: 'root',
        privateKey: options.privateKey,
        authHandler: ['publickey'],
        readyTimeout: patience,
        ...(options.agent === undefined ? {} : { agent: options.agent }),
        // Only for that one can we look up the key. Ciphers that Node itself computes come first.
        algorithms: {
          serverHostKey: ['ssh-ed25519'],
          cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'chacha20-poly1305@openssh.com', 'aes128-ctr'],
        },
        hostVerifier: (shown: Buffer, verify: (valid: boolean) => void) => {
          void checkHostKey(host, target.name, leader, shown).then(
            () => verify(true),
            (error) => {
              refused = error
              verify(false)
            },
          )
        },
      })
    })
  } catch (error) {
    client.destroy()
    throw refused ?? explain(target, error as Error)
  }
  return client
}

/** @throws OperationError where it is not the container's */
export async function checkHostKey(host: Host, name: string, leader: number, shown: Buffer): Promise<void> {
  const text = await host.files.readInside(`/proc/${leader}/root`, hostKeyFile)
  const known = Buffer.from(text?.split(' ')[1] ?? '', 'base64')
  if (text === undefined) {
    throw new OperationError(
      `Container "${name}" has no ${hostKeyFile} to know its sshd by (links are not followed). ` +
        'sshd makes it when it starts: c systemctl restart sshd',
    )
  }
  if (!known.equals(shown)) {
    throw new OperationError(
      `What answers at the address of container "${name}" does not have its host key (${hostKeyFile} inside), so it is not ` +
        `trusted. Another machine may have the address; if the key was changed inside, restart sshd: c systemctl restart sshd`,
    )
  }
}

function explain({ name }: Target, error: Error & Partial<ClientErrorExtensions>): Error {
  if (error.level === 'client-authentication') {
    return new OperationError(
      `Container "${name}" does not accept the key of cssh. Start it with --ssh, and leave PermitRootLogin of sshd at its default.`,
    )
  }
  if (error instanceof NotYet || error.level === 'client-socket') return new NotYet(error.message)
  return new OperationError(
    `The SSH connection to container "${name}" failed: ${error.message}. See what its sshd says: c journalctl -u sshd`,
  )
}
