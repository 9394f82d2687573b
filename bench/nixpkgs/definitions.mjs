/** Definitions of any number of containers, a file each, so that one can be changed alone. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

const kinds = ['', '', 'services.openssh.enable = true;', 'services.nginx.enable = true;']

/** A file that changed this shortly before an evaluation is not taken for settled: docs/cache.md. */
const settled = 2500

/** @returns `file`, `change()` of the last container, `remove()` */
export async function define(count) {
  const folder = await mkdtemp(join(tmpdir(), 'extra-container-bench-'))
  const write = (n, mark) =>
    writeFile(
      join(folder, `container${n}.nix`),
      `{ config = { environment.etc.mark.text = "${mark}"; ${kinds[n % kinds.length]} }; }\n`,
    )
  const numbers = Array.from({ length: count }, (_, n) => n)
  await Promise.all(numbers.map((n) => write(n, 'first')))
  const file = join(folder, 'default.nix')
  await writeFile(
    file,
    `{\n${numbers.map((n) => `  containers.bench${n} = import ./container${n}.nix;\n`).join('')}}\n`,
  )
  await setTimeout(settled)
  let changes = 0
  return {
    file,
    change: () => write(count - 1, `${process.pid} ${Date.now()} ${changes++}`),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
