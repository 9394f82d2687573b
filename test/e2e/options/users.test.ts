/** privateUsers and `-U`: root inside is not root outside, and files keep their owners. */
import { describe, expect, test } from '@jest/globals'
import { ec, must, sh } from '../harness/commands.ts'
import { hosts } from '../harness/hosts.ts'
import { watchLeftovers } from '../harness/leftovers.ts'

const folder = '/tmp/test-users'

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  const create = (options: string) =>
    must(host, ['create', '--start', '-E', `{ containers.test-users = { config = { }; ${options} }; }`])
  const inside = async (script: string) =>
    (await must(host, ['run', 'test-users', '--', 'bash', '-euc', script])).stdout
  /** A process of the container, by its number on the machine. */
  const process = async () =>
    (
      await sh(host, 'grep -l container@test-users $(grep -l systemd-journal /proc/[0-9]*/comm | sed s/comm/cgroup/)')
    ).split('/')[2] ?? ''
  const hostUser = async () => Number(await sh(host, `ps -o uid= -p ${await process()}`))
  /** overlayfs cannot show files with other owners than they have. */
  const mapped = async () => (await sh(host, 'stat -f -c %T /usr')) !== 'overlayfs\n'

  async function withFolder(body: () => Promise<void>): Promise<void> {
    await sh(
      host,
      `mkdir -p ${folder}/{alice,root}; umask 077; echo kept >${folder}/secret; umask 022; touch ${folder}/{alice,root}/file; chown -R 1234:1234 ${folder}/alice`,
    )
    try {
      await body()
    } finally {
      await ec(host, ['destroy', 'test-users'])
      await sh(host, `rm -rf ${folder}`)
    }
  }

  /** Root of the container where it sees a file of the machine's root, as by a mistake in mounting. */
  const useSecret = async () => {
    const use = `id -u; cat ${folder}/secret; echo lost >${folder}/secret`
    return host.start(['nsenter', '--target', await process(), '--user', 'sh', '-c', use]).finished
  }

  test.each([
    ['privateUsers = "pick";', undefined],
    ['extraFlags = [ "-U" ];', undefined],
    ['privateUsers = 6553600;', 6553600],
  ])('%s: root inside is another user outside', async (options, first) => {
    await withFolder(async () => {
      await create(`${options} bindMounts."/mnt/dir".hostPath = "${folder}";`)
      expect(await inside('id -u')).toBe('0\n')
      const user = await hostUser()
      if (first === undefined) expect(user).toBeGreaterThanOrEqual(65536)
      else expect(user).toBe(first)
      const { stdout, stderr } = await useSecret()
      expect(stdout).toBe('0\n')
      expect(stderr.match(/Permission denied/g)).toHaveLength(2)
      expect(await sh(host, `cat ${folder}/secret`)).toBe('kept\n')
      await inside('touch /root/file; chown 1234 /root/file; su -s /bin/sh nobody -c "test ! -w /root"')
      await must(host, ['restart', 'test-users'])
      expect(await inside('stat -c %u /root/file /')).toBe('1234\n0\n')
    })
  })

  test('privateUsers = "identity": a user namespace with the same numbers', async () => {
    await withFolder(async () => {
      await create('privateUsers = "identity";')
      expect(await hostUser()).toBe(0)
      expect((await inside('cat /proc/self/uid_map')).trim()).toMatch(/^0 +0 +65536$/)
      expect(await useSecret()).toMatchObject({ stdout: '0\nkept\n', stderr: '' })
    })
  })

  test('/usr, the store and bind mounts belong to root inside; setuid programs work', async () => {
    await withFolder(async () => {
      await create(`
        privateUsers = "pick";
        bindMounts."/mnt/root".hostPath = "${folder}/root";
        bindMounts."/mnt/alice".hostPath = "${folder}/alice";
        config.users.users.alice = { isNormalUser = true; uid = 1234; };
      `)
      expect(await inside('stat -c %u /mnt/root /mnt/root/file /mnt/alice/file')).toBe('0\n0\n1234\n')
      if (!(await mapped())) return
      expect(await inside('stat -c %u /usr /usr/bin/env /nix/store /nix/var/nix/profiles')).toBe('0\n0\n0\n0\n')
      // /etc/shadow is root's alone.
      expect(await inside('su alice -s /bin/sh -c "passwd -S alice"')).toMatch(/^alice L/)
    })
  })

  test('what the container writes into a folder of a user belongs to that user', async () => {
    await withFolder(async () => {
      await create(`
        privateUsers = "pick";
        bindMounts."/mnt/root" = { hostPath = "${folder}/root"; isReadOnly = false; };
        bindMounts."/mnt/alice" = { hostPath = "${folder}/alice"; isReadOnly = false; };
      `)
      expect(await inside('stat -c %u /mnt/alice /mnt/alice/file')).toBe('0\n0\n')
      await inside('echo x >/mnt/alice/new; echo x >>/mnt/alice/file; echo x >/mnt/root/new')
      expect(await sh(host, `stat -c %u:%g ${folder}/alice/new ${folder}/root/new`)).toBe('1234:1234\n0:0\n')
    })
  })

  test('a folder whose user and group differ cannot be written that way, and is named', async () => {
    await withFolder(async () => {
      await sh(host, `chgrp 100 ${folder}/alice`)
      const { status, stderr } = await ec(host, [
        'create',
        '--start',
        '-E',
        `{ containers.test-users = {
          privateUsers = "pick"; config = { };
          bindMounts."/mnt" = { hostPath = "${folder}/alice"; isReadOnly = false; };
        }; }`,
      ])
      expect(status).toBe(1)
      expect(stderr).toContain(`the user and the group of ${folder}/alice, 1234:100, must be the same number`)
    })
  })
})
