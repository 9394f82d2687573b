/** The machine that was measured on, as a reader needs it to compare. */
import { readFile } from 'node:fs/promises'
import { cpus, release, totalmem } from 'node:os'
import { run } from './tool.mjs'

const firstLine = async (file, args) => (await run(file, args)).stdout.split('\n')[0]

export async function machine() {
  const system = await readFile('/etc/os-release', 'utf8')
  return {
    system: /^PRETTY_NAME="?(.*?)"?$/m.exec(system)?.[1],
    processor: cpus()[0]?.model,
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: release(),
    node: process.version,
    systemd: await firstLine('systemctl', ['--version']),
    nix: await firstLine('nix-store', ['--version']),
    manager: (await readFile('/proc/1/comm', 'utf8')).trim() === 'systemd' ? "the machine's systemd" : 'a private one',
    date: new Date().toISOString().slice(0, 10),
  }
}
