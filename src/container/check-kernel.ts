/** Refuses containers with interfaces of kinds, or devices, that this machine's kernel does not know. */
import { OperationError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import type { Declared } from './etc.ts'

/** How an interface of a kind is made: in a network namespace of its own, so that nothing is left of it. */
const attempts: Readonly<Record<string, string>> = {
  veth: 'link add ec0 type veth peer name ec1\n',
  bridge: 'link add ec0 type bridge\n',
  macvlan: 'link add ec0 type veth peer name ec1\nlink add link ec0 name ec2 type macvlan\n',
}

/** How definitions ask for them. */
const options: Readonly<Record<string, string>> = {
  veth: 'privateNetwork with addresses, extraVeths, network.veth',
  bridge: 'network.veth.zone, network.bridge',
  macvlan: 'macvlans',
}

/** @throws OperationError that names container, option and kind */
export async function checkLinkKinds(host: Host, containers: readonly Declared[]): Promise<void> {
  const wanted = containers.flatMap(({ name, needs }) => (needs?.linkKinds ?? []).map((kind) => ({ name, kind })))
  const kinds = [...new Set(wanted.map(({ kind }) => kind))]
  const faults = new Map(await Promise.all(kinds.map(async (kind) => [kind, await faultOf(host, kind)] as const)))
  for (const { name, kind } of wanted) {
    const fault = faults.get(kind)
    if (fault === undefined) continue
    throw new OperationError(
      `Container "${name}" needs an interface of the kind ${kind} (${options[kind]}), which this machine's kernel cannot ` +
        `make: ${fault}. Load its module (modprobe ${kind}), or leave the option out.`,
    )
  }
}

/** The kernel's words; undefined where it can, or nobody can tell. */
async function faultOf(host: Host, kind: string): Promise<string | undefined> {
  const attempt = attempts[kind]
  // A module that is loaded; one that is built in need not be there.
  if (attempt === undefined || (await host.files.exists(`/sys/module/${kind}`))) return undefined
  const args = ['--net', 'ip', '-batch', '-']
  const { exitCode, stderr } = await host.run('unshare', args, { input: attempt, allowFailure: true, timeout: 10_000 })
  if (exitCode === 0 || stderr.startsWith('unshare:')) return undefined
  return stderr.split('\n')[0]?.replace(/^Error: |^RTNETLINK answers: |\.$/g, '')
}

/** Its file may be there without a driver behind it. @throws OperationError */
export async function checkTun(host: Host, name: string): Promise<void> {
  const { exitCode, stderr } = await host.run('sh', ['-c', ': <>/dev/net/tun'], { allowFailure: true })
  if (exitCode === 0) return
  throw new OperationError(
    `Container "${name}" uses the device /dev/net/tun, which cannot be opened: ${stderr.trim().split(': ').at(-1)}. ` +
      'Load its module (modprobe tun), or leave enableTun out.',
  )
}
