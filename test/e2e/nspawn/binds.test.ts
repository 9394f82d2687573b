/** What is kept, what is not, and who owns it. */
import { describe, expect, test } from '@jest/globals'
import { ec, must, sh } from '../harness/commands.ts'
import { hosts } from '../harness/hosts.ts'
import { watchLeftovers } from '../harness/leftovers.ts'
import { definition, inside, withContainers } from './nspawn.ts'

const folder = '/run/test-binds'

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  test('binds keep owners and contents, all else is gone after a restart', async () => {
    // In memory: the disk of the test host is an overlay, whose owners cannot be mapped.
    await sh(
      host,
      `mkdir ${folder}; mount -t tmpfs tmpfs ${folder}; mkdir ${folder}/{rw,ro,plain}; echo read >${folder}/ro/file
       touch ${folder}/rw/of-1234; chown 1234:1234 ${folder}/rw/of-1234; touch ${folder}/plain/file`,
    )
    try {
      await withContainers(
        host,
        ['test-binds'],
        `test-binds = {
          config = { };
          network.veth.enable = false;
          binds."/srv/rw" = { hostPath = "${folder}/rw"; options = [ "idmap" ]; };
          binds."${folder}/ro".readOnly = true;
          binds."/srv/plain" = { hostPath = "${folder}/plain"; options = [ "noidmap" ]; };
        };`,
        async () => {
          const run = (script: string) => inside(host, 'test-binds', script)
          expect(await run('ls /sys/class/net')).toBe('lo\n')
          expect(await run(`stat -c %u:%g /srv/rw /srv/rw/of-1234 ${folder}/ro/file; cat ${folder}/ro/file`)).toBe(
            '0:0\n1234:1234\n0:0\nread\n',
          )
          expect(await run('stat -c %u /srv/plain/file')).toBe('65534\n')
          await run('echo kept >/srv/rw/made; chown 1000:100 /srv/rw/made; echo gone >/root/made; touch /var/lib/made')
          expect(await sh(host, `stat -c %u:%g ${folder}/rw/made; cat ${folder}/rw/made`)).toBe('1000:100\nkept\n')
          expect((await ec(host, ['run', 'test-binds', '--', 'touch', `${folder}/ro/new`])).status).not.toBe(0)

          // Root inside is nobody outside.
          const init = await run('cat /proc/self/uid_map')
          expect(Number(init.trim().split(/\s+/)[1])).toBeGreaterThan(65535)

          await must(host, ['restart', 'test-binds'])
          expect(await run('cat /srv/rw/made; ls /root /var/lib | grep made || echo none')).toBe('kept\nnone\n')
        },
      )
    } finally {
      await sh(host, `umount ${folder}; rmdir ${folder}`)
    }
  })

  test('a source that is missing is named before anything is installed', async () => {
    const binds = definition('test-binds = { config = { }; binds."/data".hostPath = "/none/such"; };')
    expect(await ec(host, ['create', '--start', '-E', binds])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(
        'Container "test-binds" binds "/none/such", which does not exist. Make it, or change binds.',
      ),
    })
    expect((await must(host, ['list'])).stdout).toBe('')
  })

  test('a source that has gone is named at the next start', async () => {
    await sh(host, `mkdir ${folder}`)
    const binds = `test-binds = { config = { }; network.veth.enable = false; binds."/data".hostPath = "${folder}"; };`
    await withContainers(host, ['test-binds'], binds, async () => {
      await must(host, ['stop', 'test-binds'])
      await sh(host, `rmdir ${folder}`)
      expect(await ec(host, ['start', 'test-binds'])).toMatchObject({
        status: 1,
        stderr: expect.stringContaining(`binds."/data": ${folder} does not exist on this machine.`),
      })
      await sh(host, `mkdir ${folder}; echo back >${folder}/file`)
      await must(host, ['start', 'test-binds'])
      expect(await inside(host, 'test-binds', 'cat /data/file')).toBe('back\n')
    })
    await sh(host, `rm -r ${folder}`)
  })

  test("the store is read-only and, where owners can be mapped, root's; there is no Nix daemon", async () => {
    await withContainers(
      host,
      ['test-store'],
      'test-store = { config = { }; network.veth.enable = false; };',
      async () => {
        const mapped = (await sh(host, 'stat -f -c %T /nix/store')).trim() !== 'overlayfs'
        expect(
          await inside(host, 'test-store', 'stat -c %U /nix/store; stat -c %U $(readlink /run/current-system)'),
        ).toBe(mapped ? 'root\nroot\n' : 'nobody\nnobody\n')
        expect(await inside(host, 'test-store', 'touch /nix/store/x 2>&1 || true; ls /nix')).toMatch(
          /Read-only file system[\s\S]*\nstore\n$/,
        )
      },
    )
  })
})
