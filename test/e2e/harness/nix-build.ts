/** How often the program lets Nix evaluate. */
import { sh } from './commands.ts'
import type { TestHost } from './hosts.ts'

export interface CountedBuilds {
  /** It holds demo.nix, whose container has the content of `text` in /etc/mark. */
  folder: string
  /** A nix-build that counts its calls comes first in its PATH. */
  env: Record<string, string>
  calls(): Promise<number>
  remove(): Promise<unknown>
}

const make = `
  folder=$(mktemp -d /var/tmp/extra-container-test-XXXXXX)
  mkdir "$folder/bin"
  printf '#!/bin/sh\\necho called >>"%s/calls"\\nexec %s "$@"\\n' "$folder" "$(type -P nix-build)" >"$folder/bin/nix-build"
  chmod +x "$folder/bin/nix-build"
  echo '{ containers.demo.config.environment.etc.mark.text = builtins.readFile ./text; }' >"$folder/demo.nix"
  printf one >"$folder/text"
  # Files that changed just before are not trusted.
  sleep 2.1
  printf %s "$folder"
`

export async function countBuilds(host: TestHost): Promise<CountedBuilds> {
  const folder = await sh(host, make)
  return {
    folder,
    env: { PATH: `${folder}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin` },
    calls: async () => (await sh(host, `cat ${folder}/calls 2>/dev/null || :`)).split('\n').length - 1,
    remove: () => sh(host, `rm -rf ${folder}`),
  }
}
