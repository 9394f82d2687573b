/** Containers that have only the store paths that they need, and credentials. */
import { describe, expect, test } from '@jest/globals'
import { ec, must, sh } from '../harness/commands.ts'
import { hosts } from '../harness/hosts.ts'
import { watchLeftovers } from '../harness/leftovers.ts'
import { create, inside, withContainers } from './nspawn.ts'

const folder = '/tmp/test-nspawn'

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  test('a path outside of the closure is not there; an update in place brings new ones', async () => {
    const of = (mark: string) => `test-closure = {
      network.veth.enable = false;
      extra.storePaths = "closure";
      config = { pkgs, ... }: { environment.etc.mark.source = pkgs.writeText "mark-${mark}" "${mark}"; };
    };`
    const outside = (await sh(host, `path=$(mktemp); echo other >$path; nix-store --add $path; rm $path`)).trim()
    try {
      await withContainers(host, ['test-closure'], of('one'), async () => {
        expect(await inside(host, 'test-closure', `cat /etc/mark; ls -d ${outside} 2>&1 || :`)).toMatch(
          /^onels: .*No such file/,
        )
        const started = await inside(host, 'test-closure', 'stat -c %Z /proc/1')
        await create(host, of('two'), '--update-changed')
        expect(await inside(host, 'test-closure', 'cat /etc/mark; stat -c %Z /proc/1')).toBe(`two${started}`)
        expect(await inside(host, 'test-closure', `test ! -e ${outside} && echo none`)).toBe('none\n')
      })
    } finally {
      await sh(host, `nix-store --delete ${outside}`)
    }
  })

  test('a credential of 1 MB: there inside, not in the store, missed by name at a start, gone after destroy', async () => {
    await sh(host, `mkdir -m 700 ${folder}; head -c 999000 /dev/urandom | base64 -w 0 | head -c 1000000 >${folder}/big`)
    const containers = `test-secret = {
      config = { };
      network.veth.enable = false;
      extra.credentials.big.file = "${folder}/big";
    };`
    try {
      await withContainers(host, ['test-secret'], containers, async () => {
        const sum = await sh(host, `sha256sum <${folder}/big`)
        expect(await inside(host, 'test-secret', 'sha256sum </run/credentials/@system/big')).toBe(sum)
        await sh(
          host,
          `start=$(head -c 60 ${folder}/big)
           closure=$(nix-store --query --requisites /nix/var/nix/gcroots/auto/extra-container-test-secret{,.conf})
           ! grep -rlF "$start" $closure`,
        )
        await must(host, ['stop', 'test-secret'])
        await sh(host, `mv ${folder}/big ${folder}/other`)
        const started = await ec(host, ['start', 'test-secret'])
        expect(started.stderr).toContain(`test-secret.extra.credentials.big.file: ${folder}/big does not exist`)
        expect(started.status).toBe(1)
        await must(host, ['destroy', 'test-secret'])
        expect(await sh(host, "find /run/credentials -name '*test-secret*' 2>/dev/null || :")).toBe('')
      })
    } finally {
      await sh(host, `rm -r ${folder}`)
    }
  })
})
