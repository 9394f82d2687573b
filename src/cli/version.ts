/** The program's version, as package.json has it. */
import type { Host } from '../host/host.ts'

export async function version(host: Host): Promise<string> {
  const manifest: { version?: unknown } = JSON.parse((await host.files.read(`${host.root}/package.json`)) ?? '{}')
  return String(manifest.version ?? 'unknown')
}
