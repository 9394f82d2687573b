/**
 * Addresses that commands have chosen for containers which are not installed yet: a file
 * /run/extra-container/addresses/ADDRESS.PID-STARTTIME for each. An installed container has its own by its conf.
 */
import type { Host } from '../host/host.ts'
import { lives, ownProcessId, type ProcessId } from '../host/process-id.ts'

const folder = '/run/extra-container/addresses'

interface Claim extends ProcessId {
  file: string
  /** `10.101.0.2`; `10.192.3` for all that begin so. */
  address: string
}

async function readClaims(host: Host): Promise<Claim[]> {
  return (await host.files.list(folder)).flatMap((file) => {
    const [, address, pid, startTime = ''] = /^([\d.]+)\.(\d+)-(\d+)$/.exec(file) ?? []
    return address === undefined ? [] : [{ file: `${folder}/${file}`, address, pid: Number(pid), startTime }]
  })
}

/**
 * Chooses addresses while no other command does.
 * @param use gets what commands that live have claimed, but for this one, and claims one more. A claim goes when its
 *   container has a conf: `use` reads confs afterwards, and misses none
 */
export async function whileClaiming<T>(
  host: Host,
  use: (claimed: readonly string[], claim: (address: string) => Promise<void>) => Promise<T>,
): Promise<T> {
  const lock = await host.lock('addresses')
  try {
    const claimed: string[] = []
    for (const claim of await readClaims(host)) {
      if (claim.pid === host.pid) continue
      if (await lives(host, claim)) claimed.push(claim.address)
      else await host.files.removeFile(claim.file)
    }
    return await use(claimed, async (address) => {
      const { pid, startTime } = await ownProcessId(host)
      await host.files.write(`${folder}/${address}.${pid}-${startTime}`, '')
    })
  } finally {
    await lock?.release()
  }
}

/** Files of claims whose process was killed. */
export async function deadClaims(host: Host): Promise<string[]> {
  const claims = await readClaims(host)
  const alive = await Promise.all(claims.map((claim) => lives(host, claim)))
  return claims.filter((_, index) => !alive[index]).map(({ file }) => file)
}

/** Lets others have what this process chose: to be called when it is installed, or is not going to be. */
export async function releaseAddresses(host: Host): Promise<void> {
  const own = (await readClaims(host)).filter(({ pid }) => pid === host.pid)
  await Promise.all(own.map(({ file }) => host.files.removeFile(file)))
}
