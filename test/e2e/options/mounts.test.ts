/** ephemeral, bindMounts and tmpfs. */
import { describe, expect, test } from '@jest/globals'
import { ec, killMainProcess, must, sh, until } from '../harness/commands.ts'
import { hosts } from '../harness/hosts.ts'
import { watchLeftovers } from '../harness/leftovers.ts'

const folder = '/tmp/test-mounts'

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  const create = (options: string) =>
    must(host, ['create', '--start', '-E', `{ containers.test-mounts = { config = { }; ${options} }; }`])
  const inside = async (script: string) =>
    (await must(host, ['run', 'test-mounts', '--', 'bash', '-euc', script])).stdout
  const fails = async (script: string) => (await ec(host, ['run', 'test-mounts', '--', 'bash', '-euc', script])).stderr

  async function withFolder(body: () => Promise<void>): Promise<void> {
    await sh(host, `mkdir -p ${folder}/{ro,rw,same}; echo of the host | tee ${folder}/{ro,rw,same}/file`)
    try {
      await body()
    } finally {
      await ec(host, ['destroy', 'test-mounts'])
      await sh(host, `rm -rf ${folder}`)
    }
  }

  test('ephemeral: each start begins empty, and a stop leaves nothing', async () => {
    await create('ephemeral = true;')
    await inside('echo x >/root/file')
    expect(await sh(host, 'cat /run/nixos-containers/test-mounts/root/file')).toBe('x\n')
    expect(await sh(host, 'ls -A /var/lib/nixos-containers /var/log/journal 2>/dev/null || :')).not.toContain('test')
    await must(host, ['restart', 'test-mounts'])
    expect(await inside('ls -A /root')).toBe('')
    await must(host, ['stop', 'test-mounts'])
    await sh(host, '[[ ! -e /run/nixos-containers ]]')
    await must(host, ['destroy', 'test-mounts'])
  })

  test('ephemeral: nothing is left by a container that was killed', async () => {
    await create('ephemeral = true;')
    await inside('echo x >/root/file')
    await killMainProcess(host, 'test-mounts')
    await until('the container that was killed is back', async () => {
      const { status, stdout } = await ec(host, ['run', 'test-mounts', '--', 'ls', '-A', '/root'])
      return status === 0 && stdout === ''
    })
    expect(await sh(host, 'find /run/nixos-containers -name file; ls /run/nixos-containers')).toBe('test-mounts\n')
    await sh(host, "pkill --signal KILL --full '^systemd-nspawn.*--machine=test-mounts '")
    await must(host, ['destroy', 'test-mounts'])
    await sh(host, '[[ ! -e /run/nixos-containers ]]')
  })

  test('ephemeral: destroy removes the lock that systemd-nspawn made after the clean-up of its unit', async () => {
    await create('ephemeral = true;')
    await must(host, ['stop', 'test-mounts'])
    await sh(host, "mkdir -p /run/nixos-containers; : >'/run/nixos-containers/.#test-mounts.lck'")
    await must(host, ['destroy', 'test-mounts'])
    await sh(host, '[[ ! -e /run/nixos-containers ]]')
  })

  test('bindMounts: read-only, writable, at another path and at the same', async () => {
    await withFolder(async () => {
      await create(`
        bindMounts."/mnt/ro".hostPath = "${folder}/ro";
        bindMounts."/mnt/rw" = { hostPath = "${folder}/rw"; isReadOnly = false; };
        bindMounts."${folder}/same" = { };
        bindMounts.named = { mountPoint = "/mnt/file"; hostPath = "${folder}/ro/file"; };
      `)
      for (const path of ['/mnt/ro/file', '/mnt/rw/file', `${folder}/same/file`, '/mnt/file']) {
        expect(await inside(`cat ${path}`)).toBe('of the host\n')
      }
      for (const path of ['/mnt/ro/new', `${folder}/same/new`, '/mnt/file']) {
        expect(await fails(`echo x >${path}`)).toContain('Read-only file system')
      }
      await inside('echo of the container >/mnt/rw/new')
      expect(await sh(host, `cat ${folder}/rw/new`)).toBe('of the container\n')
    })
  })

  test('bindMounts: a missing path is named, and nothing is left', async () => {
    const { status, stderr } = await ec(host, [
      'create',
      '--start',
      '-E',
      `{ containers.test-mounts = { bindMounts."/mnt/x".hostPath = "${folder}/no such"; config = { }; }; }`,
    ])
    expect(status).toBe(1)
    expect(stderr).toContain(`Container "test-mounts" binds "${folder}/no such", which does not exist.`)
  })

  test('bindMounts: the container waits for the mounts that it needs', async () => {
    await withFolder(async () => {
      await create(`bindMounts."/mnt/x".hostPath = "${folder}/rw";`)
      const unit = await sh(host, 'cat /etc/systemd-mutable/system/container@test-mounts.service')
      expect(unit).toContain(`RequiresMountsFor="${folder}/rw"`)
    })
  })

  test('bindMounts: blanks, colons, backslashes, quotes, %, $, unicode and newlines', async () => {
    const names = ['a b', 'c:d', 'e\\f', `g"h'`, '50%n', '$HOME', 'ü→', 'line\nbreak']
    await withFolder(async () => {
      const nix = (text: string) => JSON.stringify(text).replaceAll('$', '\\$')
      for (const name of names) {
        await sh(host, 'mkdir "$DIR"; printf %s "$NAME" >"$DIR/file"', {
          env: { DIR: `${folder}/${name}`, NAME: name },
        })
      }
      await create(
        names.map((name) => `bindMounts.${nix(`/mnt/${name}`)}.hostPath = ${nix(`${folder}/${name}`)};`).join(''),
      )
      for (const name of names) {
        expect((await must(host, ['run', 'test-mounts', '--', 'cat', `/mnt/${name}/file`])).stdout).toBe(name)
      }
    })
  })

  test('tmpfs in three places, with a size, emptied by a restart', async () => {
    await create('tmpfs = [ "/var" "/cache:size=1M,mode=700" "/srv" ];')
    expect(await inside('for path in /var /cache /srv; do stat -f -c %T $path; echo x >$path/file; done')).toBe(
      'tmpfs\ntmpfs\ntmpfs\n',
    )
    expect(await inside('stat -c %a /cache; df --output=size -k /cache | tail -n 1')).toMatch(/^700\n\s*1024\n$/)
    expect(await fails('head -c 2000000 /dev/zero >/cache/large')).toContain('No space left')
    await must(host, ['restart', 'test-mounts'])
    expect(await inside('cat /srv/file || echo none')).toBe('none\n')
    await must(host, ['destroy', 'test-mounts'])
  })

  test.each([
    ['bindMounts."mnt".hostPath = "/srv";', 'bindMounts."mnt"'],
    ['bindMounts."/mnt".hostPath = "srv";', 'bindMounts."/mnt".hostPath'],
    ['tmpfs = [ "cache" ];', 'tmpfs'],
  ])('a path that is not absolute is refused: %s', async (options, named) => {
    const { status, stderr } = await ec(host, [
      'create',
      '-E',
      `{ containers.test-mounts = { config = { }; ${options} }; }`,
    ])
    expect(status).toBe(2)
    expect(stderr).toContain(named)
    expect(stderr).toContain("begins with '/'")
  })
})
