/** extra.storePaths = "closure": only the store paths that the container needs. */
import { describe, expect, test } from '@jest/globals'
import { ec, must, sh } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

const name = 'test-store'
/** `mark` is a store path of its own, which only this system needs. */
const definition = (mark: string, options = '') =>
  `{ pkgs, ... }: { containers.${name} = { extra.storePaths = "closure"; ${options} config = {
     environment.etc.mark.source = pkgs.writeText "mark-${mark}" "${mark}";
     environment.etc.folder.source = pkgs.runCommand "folder-${mark}" { } "mkdir $out; echo ${mark} >$out/file; ln -s file $out/link";
     environment.etc.link.source = pkgs.runCommand "link-${mark}" { } "ln -s /etc/mark $out";
   }; }; }`

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  const create = (text: string, ...flags: string[]) => must(host, ['create', ...flags, '--base', 'host', '-E', text])
  const inside = async (script: string) => (await must(host, ['run', name, '--', 'bash', '-euc', script])).stdout
  /** Commands that must fail inside: gives those that do not. */
  const done = (commands: readonly string[]) =>
    inside(commands.map((command) => `if { ${command}; } >/dev/null 2>&1; then echo '${command}'; fi`).join('\n'))
  const closure = () =>
    sh(
      host,
      `. /etc/nixos-containers/${name}.conf; nix-store --query --requisites "$SYSTEM_PATH" | cut -d / -f 4 | sort`,
    )
  /** Mounts of the machine, and processes of systemd-nspawn. */
  const seen = () => sh(host, 'cat /proc/self/mountinfo; ls -A /run/extra-container/store 2>/dev/null || :')
  const withContainer = async (body: () => Promise<void>) => {
    const before = await seen()
    try {
      await body()
    } finally {
      await ec(host, ['destroy', name])
    }
    expect(await seen()).toBe(before)
  }

  test('exactly what it needs, read-only; an update brings more into the running container', async () => {
    await withContainer(async () => {
      const outside = (await sh(host, 'path=$(mktemp); echo other >$path; nix-store --add $path; rm $path')).trim()
      await create(definition('one'), '--start')
      const listed = () => inside('ls -A /nix/store | sort')
      const refused = [
        `cat ${outside}`,
        'touch /nix/store/x',
        'touch $(readlink -f /etc/folder)/x',
        'nix-store --query --hash /run/current-system',
      ]
      expect(await listed()).toBe(await closure())
      expect(await inside('cat /etc/mark /etc/folder/link /etc/link; systemctl is-system-running')).toBe(
        'oneone\nonerunning\n',
      )
      expect(await done(refused)).toBe('')

      // The container goes on; what it had stays, and what the new system needs is there.
      const content = 'cat /etc/mark /etc/folder/link /etc/link; stat -c %Z /proc/1'
      const started = (await inside(content)).replace('oneone\none', '')
      expect((await create(definition('two'), '--update-changed')).stdout).toContain('Updating')
      expect(await inside(content)).toBe(`twotwo\ntwo${started}`)
      const now = await listed()
      expect((await closure()).split('\n').filter((path) => !now.includes(path))).toEqual([])
      expect(now).toContain('-mark-one\n')
      expect(await done(refused)).toBe('')
      // Its root may take mounts away, and finds nothing below.
      expect(await inside('unshare --mount sh -c "umount --recursive /nix/store; ls -A /nix/store"')).toBe('')

      // Nothing of it is seen outside of the container.
      expect(await sh(host, 'ls -A /run/extra-container/store')).toBe('')
      await must(host, ['restart', name])
      expect(await listed()).toBe(await closure())
      // Killed, and started anew by systemd.
      await sh(host, `pkill --signal KILL --full '^systemd-nspawn .*--machine=${name} '`)
      await must(host, ['start', name])
      expect(await listed()).toBe(await closure())
      await sh(host, `nix-store --delete ${outside}`)
    })
  })

  test('users of its own, a link to the machine, and store paths that are bound elsewhere', async () => {
    await withContainer(async () => {
      const bound = `bindMounts."/mnt/bound".hostPath = "\${builtins.toFile "bound" "bound"}";`
      const options = `privateUsers = "pick"; extra.addressPrefix = "10.215.3"; ${bound}`
      await create(definition('one', options), '--start')
      expect(await inside('cat /mnt/bound /etc/mark; ip -o -4 addr show dev eth0')).toMatch(/^boundone.*10\.215\.3\.2/)
      expect(await inside('ls -A /nix/store')).toMatch(/-bound\n/)
      await create(definition('two', options), '--update-changed')
      expect(await inside('cat /etc/mark /etc/folder/file')).toBe('twotwo\n')
      expect(await done(['touch $(readlink -f /etc/folder)/x'])).toBe('')
      // The owners inside are those that the whole store has where it is bound.
      const owner = await inside('stat -c %U $(readlink -f /run/booted-system)')
      await create(definition('two', options).replace('closure', 'all'), '--start')
      expect(await inside('stat -c %U $(readlink -f /run/booted-system)')).toBe(owner)
    })
  })
})
