/** `--ssh`: the keys of this machine, and what a container says about its sshd. */
import { UsageError } from '../host/errors.ts'
import type { Host, KeyPair } from '../host/host.ts'
import type { Declared } from './etc.ts'
import { withoutPrefixLength } from './networks.ts'

/** The bash tool's too. */
const keyFolder = '/tmp/extra-container-ssh'

/** @throws OperationError where another user could have planted the keys */
export const sshKeys = (host: Host): Promise<KeyPair> => host.keyPair(keyFolder)

/** Type and key, without the comment. */
const withoutComment = (line: string | null | undefined) => line?.split(' ').slice(0, 2).join(' ')

/** What is built cannot get the key any more. @throws UsageError where a container was built without it */
export function checkAcceptsKey(declared: readonly Declared[], { publicKey }: KeyPair): void {
  const without = declared.find(({ needs }) => withoutComment(needs?.ssh?.key) !== withoutComment(publicKey))
  if (without === undefined) return
  throw new UsageError(
    `--ssh: container "${without.name}" was built without the key of this machine. Give --ssh to build ` +
      '(it sets extra.enableSSH where it is defined), or give create or shell the definition itself.',
  )
}

/** Whether its sshd runs and root accepts the key of `--ssh`. */
export const hasSsh = ({ needs }: Pick<Declared, 'needs'>): boolean => typeof needs?.ssh?.key === 'string'

/** How other ssh clients reach the container; undefined where it has no address or no sshd. */
export function sshLine(container: Pick<Declared, 'needs' | 'settings'>): string | undefined {
  const address = addressIn(container.settings)
  if (!hasSsh(container) || address === undefined) return undefined
  const port = container.needs?.ssh?.port ?? 22
  return `ssh -i ${keyFolder}/key${port === 22 ? '' : ` -p ${port}`} root@${address}`
}

/** The address that a conf gives the container, without the prefix length. */
export function addressIn(settings: ReadonlyMap<string, string>): string | undefined {
  const address = settings.get('LOCAL_ADDRESS') || settings.get('LOCAL_ADDRESS6')
  return address ? withoutPrefixLength(address) : undefined
}
