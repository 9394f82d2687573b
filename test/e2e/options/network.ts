/** What the tests of networks share: a peer machine in a namespace of its own, and questions to it and to containers. */
import { ec, must, sh, until } from '../harness/commands.ts'
import type { TestHost } from '../harness/hosts.ts'

export const folderOf = (host: TestHost): string => `${host.root}/test/e2e/options`

// The peer has no route to containers: it can answer only what has the host's address.
const up = (folder: string): string => `
  ip netns add test-peer
  ip link add test-uplink type veth peer name lan netns test-peer
  ip addr add 198.51.100.1/24 dev test-uplink
  ip addr add 2001:db8:51::1/64 dev test-uplink nodad
  ip link set test-uplink up
  ip -n test-peer addr add 198.51.100.2/24 dev lan
  ip -n test-peer addr add 2001:db8:51::2/64 dev lan nodad
  ip -n test-peer link set lan up
  ip -n test-peer link set lo up
  ip netns exec test-peer setsid node ${folder}/peer.mjs serve 53 8080 </dev/null >/dev/null 2>&1 &
`
const down = `
  ip netns pids test-peer | xargs -r kill -KILL
  ip link delete test-uplink || :
  ip netns delete test-peer
  # ip makes a mount of the folder with the first namespace, and leaves it.
  if [[ ! $(ls /run/netns) ]]; then umount /run/netns && rmdir /run/netns; fi
`

/** With a machine at 198.51.100.2 and 2001:db8:51::2, the host being .1 and ::1; it answers at port 8080. */
export async function withPeer(host: TestHost, body: () => Promise<void>): Promise<void> {
  await sh(host, up(folderOf(host)))
  try {
    await until('the peer answers', async () => (await ask(host, 'tcp 198.51.100.2 8080')) !== '')
    await body()
  } finally {
    await sh(host, down)
  }
}

/** Runs host commands before and after; what fails in between is what is told. */
export async function having(host: TestHost, before: string, after: string, body: () => Promise<void>): Promise<void> {
  try {
    await sh(host, before)
    await body()
  } catch (error) {
    await sh(host, after).catch(() => {})
    throw error
  }
  await sh(host, after)
}

/** With the containers of NAME.nix running; all of them are destroyed. */
export async function withContainers(host: TestHost, name: string, body: () => Promise<void>): Promise<void> {
  const { stdout } = await must(host, ['create', '--start', `${folderOf(host)}/${name}.nix`])
  const started = stdout.split('Starting containers:\n')[1] ?? ''
  const destroy = ['destroy', ...started.trim().split('\n')]
  try {
    await body()
  } catch (error) {
    await ec(host, destroy)
    throw error
  }
  await must(host, destroy)
}

/** "tcp ADDRESS PORT [FROM]": what answers there, without its newline; '' where nothing does. */
export async function ask(host: TestHost, question: string, from: readonly string[] = []): Promise<string> {
  const argv = [...from, 'node', `${folderOf(host)}/peer.mjs`, 'ask', ...question.split(' ')]
  return (await host.start(argv).finished).stdout.trim()
}

export const inPeer = ['ip', 'netns', 'exec', 'test-peer'] as const

/** Asks from inside a container. */
export async function askFrom(host: TestHost, container: string, question: string): Promise<string> {
  const { stdout } = await ec(host, ['run', container, '--', 'node', '/peer.mjs', 'ask', ...question.split(' ')])
  return stdout.trim()
}

export const inside = async (host: TestHost, container: string, script: string): Promise<string> =>
  (await must(host, ['run', container, '--', 'sh', '-euc', script])).stdout

/** Whether a ping is answered, on the host or, given its name, in a container. */
export async function pings(host: TestHost, address: string, container?: string): Promise<boolean> {
  const command = ['busybox', 'ping', '-c', '1', '-W', '1', address]
  const { status } = await (container ? ec(host, ['run', container, '--', ...command]) : host.start(command).finished)
  return status === 0
}

/** Kills systemd-nspawn and waits until systemd has started another. */
export async function killMainProcess(host: TestHost, container: string): Promise<void> {
  const find = () => sh(host, `pgrep --full '^systemd-nspawn.*--machine=${container} ' || :`)
  const old = (await find()).trim()
  await sh(host, `kill -KILL ${old}`)
  await until(`${container} is started again`, async () => !['', old].includes((await find()).trim()))
}
