/** What tests see of networks: a peer machine in a namespace of its own, questions to it and to containers, pings. */
import { ec, sh, until } from './commands.ts'
import type { TestHost } from './hosts.ts'

const programOf = (host: TestHost): string => `${host.root}/test/e2e/harness/peer.mjs`

// The peer has no route to containers: it can answer only what has the host's address.
const up = (program: string): string => `
  ip netns add test-peer
  ip link add test-uplink type veth peer name lan netns test-peer
  ip addr add 198.51.100.1/24 dev test-uplink
  ip addr add 2001:db8:51::1/64 dev test-uplink nodad
  ip link set test-uplink up
  ip -n test-peer addr add 198.51.100.2/24 dev lan
  ip -n test-peer addr add 2001:db8:51::2/64 dev lan nodad
  ip -n test-peer link set lan up
  ip -n test-peer link set lo up
  ip netns exec test-peer setsid node ${program} serve 53 8080 </dev/null >/dev/null 2>&1 &
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
  await sh(host, up(programOf(host)))
  try {
    await until('the peer answers', async () => (await ask(host, 'tcp 198.51.100.2 8080')) !== '')
    await body()
  } finally {
    await sh(host, down)
  }
}

/** "tcp ADDRESS PORT [FROM]": what answers there, without its newline; '' where nothing does. */
export async function ask(host: TestHost, question: string, from: readonly string[] = []): Promise<string> {
  const argv = [...from, 'node', programOf(host), 'ask', ...question.split(' ')]
  return (await host.start(argv).finished).stdout.trim()
}

export const inPeer = ['ip', 'netns', 'exec', 'test-peer'] as const

/** Whether a ping is answered, on the host or, given its name, in a container. */
export async function pings(host: TestHost, address: string, container?: string): Promise<boolean> {
  const command = ['busybox', 'ping', '-c', '1', '-W', '2', address]
  const { status } = await (container ? ec(host, ['run', container, '--', ...command]) : host.start(command).finished)
  return status === 0
}
