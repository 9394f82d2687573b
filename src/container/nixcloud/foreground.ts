/** `nixcloud-container start -l "-F"`: shows what the container prints, from its boot on until it is down. */
import type { Host } from '../../host/host.ts'
import { unitOf } from '../../machine/systemd.ts'
import { withMachines } from '../with-machines.ts'
import { requireNixcloud, runs } from './installed.ts'
import { startNixcloud } from './run-state.ts'

/**
 * Ctrl-C ends what is shown, and leaves the container running.
 * @returns false, with nothing shown, where it runs already
 */
export const startInForeground = (host: Host, name: string, flags: readonly string[]): Promise<boolean> =>
  withMachines(
    host,
    { start: true },
    () => requireNixcloud(host, name),
    async (engine) => {
      if (await runs(engine, name)) return false
      const down = new AbortController()
      // The boot may be over before journalctl is up.
      const since = `--since=@${Date.now() / 1000}`
      const journal = ['--follow', '--no-tail', since, '--output=cat', '--unit', unitOf(name)]
      const shown = host
        .attach(...engine.manager.enter('journalctl', journal), { signal: down.signal })
        .then(() => 'closed' as const)
      try {
        await startNixcloud(host, name, flags)
        let ended: 'closed' | 'open' = 'open'
        while (ended === 'open' && (await runs(engine, name))) {
          ended = await Promise.race([shown, host.sleep(300).then(() => 'open' as const)])
        }
        // What it printed last is on its way.
        if (ended === 'open') await host.sleep(300)
        return true
      } finally {
        down.abort()
        await shown.catch(() => {})
      }
    },
  )
