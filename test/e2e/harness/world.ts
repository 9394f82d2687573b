/** A network behind the host, where one web server answers "world": what containers see of the internet in tests. */
import { sh } from './commands.ts'
import type { TestHost } from './hosts.ts'

// The server has no route to containers: only what the host masquerades can be answered.
const up = `
  ip netns add ec-world
  ip link add ec-world type veth peer name uplink netns ec-world
  ip addr add 198.51.100.1/24 dev ec-world
  ip link set ec-world up
  ip -n ec-world addr add 198.51.100.2/24 dev uplink
  ip -n ec-world link set uplink up
  ip -n ec-world link set lo up
  ip netns exec ec-world setsid bash -c '
    while :; do printf "HTTP/1.0 200 OK\\r\\nContent-Length: 6\\r\\n\\r\\nworld\\n" | nc -lN 198.51.100.2 8080 || exit; done
  ' </dev/null >/dev/null 2>&1 &
`
const down = `
  ip netns pids ec-world | xargs -r kill -KILL
  ip link delete ec-world || :
  ip netns delete ec-world
  # ip makes a mount of the folder with the first namespace, and leaves it.
  if [[ ! $(ls /run/netns) ]]; then umount /run/netns && rmdir /run/netns; fi
`

export async function withWorld(host: TestHost, body: () => Promise<void>): Promise<void> {
  await sh(host, up)
  try {
    await body()
  } finally {
    await sh(host, down)
  }
}
