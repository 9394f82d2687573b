/** What tests do on a host, in the words of a user. */
import type { TestHost } from './hosts.ts'
import type { Finished, Running, StartOptions } from './process.ts'

/** Runs extra-container to its end, whatever its exit status. */
export const ec = (host: TestHost, args: readonly string[], options: StartOptions = {}): Promise<Finished> =>
  startEc(host, args, options).finished

export const startEc = (host: TestHost, args: readonly string[], options: StartOptions = {}): Running =>
  host.start([`${host.root}/bin/extra-container`, ...args], options)

/** Runs a shell script, and fails with all it printed where its exit status is not 0. */
export async function sh(host: Pick<TestHost, 'start'>, script: string, options: StartOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await host.start(['bash', '--norc', '-euc', script], options).finished
  if (status !== 0) throw new Error(`Exit status ${status} of:\n${script}\n${stdout}${stderr}`)
  return stdout
}

/** The same with exit status 0 demanded of extra-container: for steps that are not what the test is about. */
export async function must(host: TestHost, args: readonly string[], options: StartOptions = {}): Promise<Finished> {
  const result = await ec(host, args, options)
  if (result.status !== 0) {
    throw new Error(
      `Exit status ${result.status} of extra-container ${args.join(' ')}\n${result.stdout}${result.stderr}`,
    )
  }
  return result
}

/** Repeats until it gives something, at most ten seconds. */
export async function until<T>(what: string, probe: () => Promise<T | undefined | false>): Promise<T> {
  const end = Date.now() + 10_000
  for (;;) {
    const value = await probe()
    if (value !== undefined && value !== false) return value
    if (Date.now() > end) throw new Error(`Not within ten seconds: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
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

/** Kills systemd-nspawn and waits until systemd has started another. */
export async function killMainProcess(host: TestHost, container: string): Promise<void> {
  const find = () => sh(host, `pgrep --full '^systemd-nspawn.*--machine=${container} ' || :`)
  const old = (await find()).trim()
  await sh(host, `kill -KILL ${old}`)
  await until(`${container} is started again`, async () => !['', old].includes((await find()).trim()))
}

/** A script where machinectl and systemctl reach the containers: in the private manager, where there is one. */
export const inManager = (script: string): string => `
  pid=/run/extra-container/manager/pid
  if [[ -e $pid ]]; then read -r pid _ <$pid; enter="nsenter -t $pid -m -p -C --"; else enter=; fi
  $enter bash -euc '${script.replaceAll("'", "'\\''")}'
`

export const managed = (host: TestHost, script: string): Promise<string> => sh(host, inManager(script))
