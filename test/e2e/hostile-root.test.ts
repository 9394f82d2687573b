/** The container's root is not trusted: links that it makes in its files never lead to the host's. */
import { describe, expect, test } from '@jest/globals'
import { ec, must, sh, until } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

const victim = '/tmp/ec-hostile-victim'
const files = '/var/lib/nixos-containers/ec-hostile'

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  test('links to the host are not followed, by a start, a command or destroy', async () => {
    await must(host, ['create', '--start', '-E', '{ containers.ec-hostile.config = {}; }'])
    await sh(host, `mkdir -p ${victim}/lib; echo secret > ${victim}/data`)
    try {
      await must(host, ['run', 'ec-hostile', '--', 'sh', '-c', `rm -r /root && ln -s ${victim} /root`])
      const seen = await ec(host, ['run', 'ec-hostile', '--', 'sh', '-c', 'pwd; ls'])
      expect(seen.stdout).toMatch(/^\/\n/)
      expect(seen.stdout).not.toContain('data')

      await must(host, ['stop', 'ec-hostile'])
      await sh(host, `cd ${files}; for name in etc var run dev; do rm -r $name; ln -s ${victim} $name; done`)
      await must(host, ['start', 'ec-hostile'])
      expect(await sh(host, `cd ${victim}; find . | sort`)).toBe('.\n./data\n./lib\n')

      await must(host, ['destroy', 'ec-hostile'])
      expect(await sh(host, `cat ${victim}/data`)).toBe('secret\n')
    } finally {
      await sh(host, `rm -r ${victim}`)
    }
  })
  test('a program inside neither types into the terminal outside nor reads on from it', async () => {
    // TIOCSTI puts characters into what the terminal's next reader gets; the child stays and reads.
    const evil = `#!/usr/bin/perl
      use POSIX;
      open(my $own, '+<', '/dev/tty');
      for my $tty (*STDIN, $own) {
        for my $character (split //, "touch ${victim}\\n") { my $copy = $character; ioctl($tty, 0x5412, $copy) }
      }
      print "evil has run\\n";
      exit 3 if fork;
      POSIX::setsid();
      open(my $log, '>', '/root/log');
      $log->autoflush(1);
      print $log $_ while sysread(STDIN, $_, 1);
      sleep 60;
    `
    await must(host, ['create', '--start', '-E', '{ containers.ec-hostile.config = {}; }'])
    try {
      const put = 'cat >/root/evil; chmod 755 /root/evil; mount --bind /root/evil /usr/bin/script'
      await must(host, ['run', 'ec-hostile', '--', 'sh', '-c', put], { input: evil })
      const shell = host.open(['bash', '--norc'])
      await shell.shows(/[#$] $/)
      shell.type(`${host.root}/bin/extra-container run ec-hostile -- true; echo "status $?"\r`)
      await shell.shows('evil has run\r\n')
      await shell.shows('status 3\r\n')
      await until('the child', async () => (await sh(host, `ls ${files}/root`)).includes('log'))
      shell.type('echo for the "host"\r')
      await shell.shows('for the host\r\n')
      shell.type('exit\r')
      expect(await shell.ended).toBe(0)
      // What was typed went to its own terminal.
      expect(await sh(host, `cat ${files}/root/log`)).not.toContain('echo')
      expect(await sh(host, `ls ${victim} 2>/dev/null || :`)).toBe('')
    } finally {
      await must(host, ['destroy', 'ec-hostile'])
      await sh(host, `rm -f ${victim}`)
    }
  })
  test('a link beside the profile of its system is not written through by an update', async () => {
    const nixosContainer = (...args: string[]) => host.start([`${host.root}/bin/nixos-container`, ...args]).finished
    await sh(host, `echo secret > ${victim}`)
    try {
      expect(await nixosContainer('create', 'ec-hostile', '--config', '')).toMatchObject({ status: 0 })
      await must(host, ['start', 'ec-hostile'])
      await must(host, ['run', 'ec-hostile', '--', 'touch', '/nix/var/nix/profiles/inside'])
      // As the container's root would; of what is outside of its files it can only guess.
      await sh(host, `cd /nix/var/nix/profiles/per-container/ec-hostile; ls inside; ln -s ${victim} system.lock`)
      expect(
        await nixosContainer('update', 'ec-hostile', '--config', 'environment.etc.mark.text = "two";'),
      ).toMatchObject({ status: 0 })
      expect((await must(host, ['run', 'ec-hostile', '--', 'cat', '/etc/mark'])).stdout).toBe('two')
      expect(await sh(host, `cat ${victim}`)).toBe('secret\n')
    } finally {
      await ec(host, ['destroy', 'ec-hostile'])
      await sh(host, `rm -f ${victim}; rmdir --ignore-fail-on-non-empty /etc/nixos-containers 2>/dev/null || :`)
    }
  })
})
