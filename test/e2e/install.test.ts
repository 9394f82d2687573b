/** util/install.sh, on a Debian of its own: what it installs, only reports, leaves alone, and takes away again. */
import { afterEach, describe, expect, test } from '@jest/globals'
import { sh } from './harness/commands.ts'
import { hosts, type TestHost } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'
import type { Finished, StartOptions } from './harness/process.ts'
import { openTree, type Tree } from './harness/tree.ts'

const checkout = '/srv/checkout'
const rules = '/etc/sudoers.d/extra-container'
const ready = 'install: extra-container is ready\n'

/** Without a network, npm's part is to bring the modules of this checkout. */
const npm = `#!/bin/sh
case $1 in
  install) ln -s /opt/extra-container/node_modules . ;;
  run) exec node util/build.mjs ;;
esac
`
const functions = `
  put() { printf '%s\\n' "$2" >"$1"; chmod +x "$1"; }
`
// As after git clone. The age of the lock file decides whether npm runs.
const clone = `
  rm /usr/local/bin/extra-container
  echo "127.0.0.1 localhost $(uname -n)" >/etc/hosts
  mkdir ${checkout}
  cd /opt/extra-container
  cp --archive bin nix src util package.json package-lock.json ${checkout}
  chown -R root: ${checkout}
  touch --date 2001-01-01 ${checkout}/package-lock.json
`
/** All that install.sh brings from elsewhere. */
const complete = `
  put /usr/local/bin/npm '${npm}'
  put /usr/local/bin/cc '#!/bin/sh'
  cp --recursive /opt/extra-container/dist ${checkout}
  ln -s /opt/extra-container/node_modules ${checkout}
`
/** Every file, with all that a change of it would change. */
const everything = `
  find / -xdev -path /proc -prune -o -printf '%p %y %M %U:%G %s %T@ %l\\n' | sort
  find /run -printf '%p %y %l\\n' | sort
`
/** A package manager that notes how it is called, and brings what was taken away: with nodejs only that, and npm. */
const manager = (name: string): string => `
  mv /usr/bin/apt-get /srv
  put /usr/local/bin/${name} '#!/bin/sh
    echo "$(basename "$0") $*" >>/srv/calls
    if [ -e /srv/fail ]; then echo "what ${name} says"; exit 1; fi
    case "$*" in
      *nodejs*) cp --archive /srv/node/. / ;;
      *) cp --archive /srv/away/. / ;;
    esac'
`
const away = '/srv/away'
const takeAway = (folder: string, ...programs: string[]): string => `
  mkdir ${folder}
  take() { cp --archive --parents "$1" ${folder}; rm "$1"; }
  for name in ${programs.join(' ')}; do
    while path=$(hash -r; type -P $name); do take "$path"; done
  done
  ${folder === away ? 'take /usr/lib/*/libnss_mymachines.so.2' : ''}
`

describe('on a Debian 13 that is not booted', () => {
  let tree: Tree
  afterEach(() => tree.close())
  watchLeftovers(hosts[0] as TestHost)

  const prepare = async (...scripts: string[]): Promise<void> => {
    tree = await openTree()
    await run(clone, ...scripts)
  }
  const run = (...scripts: string[]): Promise<string> => sh(tree, functions + scripts.join('\n'))
  const install = (args: string[] = [], options: StartOptions = {}): Promise<Finished> =>
    tree.start(['./util/install.sh', ...args], { cwd: checkout, ...options }).finished
  const exists = (path: string): Promise<string> => run(`if [[ -e ${path} || -L ${path} ]]; then echo yes; fi`)

  describe('packages', () => {
    // apt and dpkg are the real ones; these packages stand in for those of Debian.
    const repository = `
      deb() { # NAME PROGRAM CONTROL POSTINST: the program's text is read
        mkdir -p /srv/new/DEBIAN /srv/new/usr/bin /srv/repository
        cat >/srv/new/usr/bin/$2
        {
          printf 'Package: %s\\nVersion: 99\\nArchitecture: all\\n' "$1"
          printf 'Maintainer: tests <tests@localhost>\\nDescription: test\\n%s' "$3"
        } >/srv/new/DEBIAN/control
        put /srv/new/DEBIAN/postinst $'#!/bin/sh\\n'"$4"
        chmod +x /srv/new/usr/bin/$2
        cd /srv/repository
        dpkg-deb --build /srv/new $1.deb >/dev/null
        rm -r /srv/new
        {
          dpkg-deb --field $1.deb
          printf 'Filename: ./%s\\nSize: %s\\nSHA256: %s\\n\\n' $1.deb $(stat -c %s $1.deb) $(sha256sum $1.deb | head -c 64)
        } >>Packages
      }
      deb unwanted unwanted '' '' </dev/null
      deb npm npm $'Recommends: unwanted\\n' '' <<'END'\n${npm}END
      rm -rf /etc/apt/sources.list.d/*
      echo 'deb [trusted=yes] file:/srv/repository ./' >/etc/apt/sources.list
    `
    const postinst = '{ /usr/sbin/policy-rc.d || echo services $?; echo $DEBIAN_FRONTEND; } >/srv/postinst'
    const tcc = (script: string): string => `deb tcc cc '' '${script}' <<<$'#!/bin/sh\\nexit 1'`

    test('a fresh machine gets all; a second run changes nothing; --uninstall takes links and rules away', async () => {
      await prepare(repository, tcc(postinst), 'rm /etc/nix/nix.conf')
      const first = await install()
      expect(first.stderr.split('\n')).toEqual([
        'install: Installing packages: tcc',
        "install: Updating apt's package lists",
        'install: Installing packages: npm',
        'install: Writing /etc/nix/nix.conf: builds by root, without build users',
        'install: Creating the Nix store /nix',
        'install: Installing npm packages',
        'install: Building',
        'No C compiler (tcc, cc, gcc, clang) works here: results of evaluations will not be cached.',
        'install: Linked /usr/local/bin/extra-container',
        'install: Linked /usr/local/bin/nixos-container',
        'install: Linked /usr/local/bin/nixcloud-container',
        `install: Wrote ${rules}`,
        'install: extra-container is ready',
        '',
      ])
      expect(first).toMatchObject({ status: 0, stdout: '' })
      // Packages start no services now, and may later.
      expect(await run('cat /srv/postinst')).toBe('services 101\nnoninteractive\n')
      expect(await exists('/usr/sbin/policy-rc.d')).toBe('')
      expect(
        await run('for name in npm tcc unwanted; do dpkg --status $name >/dev/null 2>&1 && echo $name; done || :'),
      ).toBe('npm\ntcc\n')
      expect(await run('cd /; extra-container list; nixos-container list; nixcloud-container list')).toBe('')

      const before = await run(everything)
      expect(await install()).toMatchObject({ status: 0, stdout: '', stderr: ready })
      expect(await install(['--check'])).toMatchObject({ status: 0, stdout: '', stderr: ready })
      expect(await run(everything)).toBe(before)

      const removed = await install(['--uninstall'])
      expect(removed).toMatchObject({ status: 0, stdout: '' })
      expect(removed.stderr.split('\n')).toEqual([
        'install: Removed /usr/local/bin/extra-container',
        'install: Removed /usr/local/bin/nixos-container',
        'install: Removed /usr/local/bin/nixcloud-container',
        `install: Removed ${rules}`,
        '',
      ])
      expect(await run('ls -A /usr/local/bin /etc/sudoers.d')).toBe('/etc/sudoers.d:\nREADME\n\n/usr/local/bin:\n')
      expect(await install(['--uninstall'])).toMatchObject({
        status: 0,
        stderr: 'install: /usr/local/bin/extra-container is not a link to this checkout; nothing removed\n',
      })
    })

    test('what apt says is shown where it fails, and services may start again', async () => {
      await prepare(repository, tcc('echo no room; exit 1'))
      const failed = await install()
      expect(failed).toMatchObject({ status: 1, stdout: '' })
      expect(failed.stderr).toContain('\nno room\n')
      expect(failed.stderr).toMatch(/\ninstall: apt-get could not install: tcc\n$/)
      expect(await exists('/usr/sbin/policy-rc.d')).toBe('')
    })

    test('an interrupted installation lets services start again too', async () => {
      await prepare(repository, tcc('touch /srv/runs; sleep 60'))
      const installing = tree.start(['./util/install.sh'], { cwd: checkout })
      await installing.printed('Updating')
      await run('until [[ -e /srv/runs ]]; do sleep 0.1; done')
      expect(await exists('/usr/sbin/policy-rc.d')).toBe('yes\n')
      installing.signalGroup('SIGTERM')
      expect((await installing.finished).status).toBe(143)
      await run('for _ in {1..50}; do [[ -e /usr/sbin/policy-rc.d ]] || exit 0; sleep 0.1; done; exit 1')
    })

    test.each([
      [
        'dnf',
        'dnf install -y',
        'systemd systemd-container dbus-daemon nix busybox util-linux iproute iptables-nft nftables netcat util-linux-core gcc lxc shadow-utils dnsmasq',
      ],
      [
        'pacman',
        'pacman -S --needed --noconfirm',
        'systemd dbus nix busybox util-linux iproute2 iptables nftables openbsd-netcat gcc lxc shadow dnsmasq',
      ],
      [
        'zypper',
        'zypper --non-interactive install --no-recommends',
        'systemd systemd-container dbus-1-daemon nix busybox-static util-linux iproute2 iptables nftables netcat-openbsd gcc lxc shadow dnsmasq',
      ],
    ])('%s: each package once, by the names of its distribution', async (name, command, packages) => {
      const programs = [
        'systemctl',
        'systemd-nspawn',
        'dbus-daemon',
        'nix-build',
        'busybox',
        'nsenter',
        'ip',
        'iptables',
      ]
      programs.push('nft', 'nc', 'flock', 'cc', 'lxc-start', 'newuidmap', 'dnsmasq')
      await prepare(complete, takeAway(away, ...programs), takeAway('/srv/node', 'node', 'npm'), manager(name))
      const { status, stderr } = await install(['--with', 'lxc'])
      expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringContaining(ready) })
      expect(await run('cat /srv/calls')).toBe(`${command} ${packages}\n${command} nodejs npm\n`)
    })

    test('without them nothing goes on: what the manager says, what is still missing, no manager at all', async () => {
      await prepare(complete, takeAway(away, 'nc', 'nft'), manager('dnf'), 'touch /srv/fail')
      expect(await install()).toMatchObject({
        status: 1,
        stderr: [
          'install: Installing packages: nftables netcat systemd-container',
          'what dnf says',
          'install: dnf could not install: nftables netcat systemd-container\n',
        ].join('\n'),
      })
      await run('rm /srv/fail /srv/away/usr/bin/nc')
      expect(await install()).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/\ninstall: nc is still missing after installing netcat\.\n$/),
      })
      await run('rm /usr/local/bin/dnf')
      expect(await install()).toMatchObject({
        status: 1,
        stderr:
          'install: nc is missing, and no package manager known here (apt, dnf, pacman, zypper) is. Install it and run this again.\n',
      })
      expect(await exists('/usr/local/bin/extra-container')).toBe('')
    })
  })

  describe('--check', () => {
    const lack = `
      rm /usr/bin/nc /etc/nix/nix.conf /usr/lib/*/libnss_mymachines.so.2 /usr/bin/newuidmap
      put /usr/bin/node $'#!/bin/sh\\necho v18.20.4'
    `
    const all = [
      'Missing: nc',
      'Missing: cc',
      'Missing: nss-mymachines',
      'Missing: newuidmap',
      'Missing: Node.js 20 or later, with npm',
      'Missing: /etc/nix/nix.conf',
      'Missing: the Nix store /nix',
      'Missing: npm packages of this checkout',
      'Missing: the built program',
      'Missing: /usr/local/bin/extra-container',
      'Missing: /usr/local/bin/nixos-container',
      'Missing: /usr/local/bin/nixcloud-container',
      `Missing: ${rules}`,
      `13 missing. Run: ${checkout}/util/install.sh --with lxc`,
    ]

    test('names each thing that is missing, and changes nothing, by root or by others', async () => {
      await prepare(lack)
      const before = await run(everything)
      const expected = { status: 1, stdout: '', stderr: all.map((line) => `install: ${line}\n`).join('') }
      expect(await install(['--check', '--with', 'lxc'])).toMatchObject(expected)
      const nobody = ['setpriv', '--reuid', 'nobody', '--regid', 'nogroup', '--clear-groups']
      const other = tree.start([...nobody, './util/install.sh', '--with', 'lxc', '--check'], { cwd: checkout })
      expect(await other.finished).toMatchObject(expected)
      expect(await run(everything)).toBe(before)
    })

    test('a command line that says nothing clear changes nothing', async () => {
      await prepare(complete, `ln -s ${checkout}/bin/extra-container /usr/local/bin`)
      const before = await run(everything)
      for (const [args, message] of [
        [['--check', '--uninstall'], '--check with --uninstall: give one of them'],
        [['--uninstall', '--check'], '--check with --uninstall: give one of them'],
        [['--uninstall', '--with', 'lxd'], '--with takes lxc: util/install.sh --with lxc'],
        [['--uninstal'], 'Unknown option: --uninstal'],
      ] as const) {
        const { status, stdout, stderr } = await install([...args])
        expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
        expect(stderr.endsWith(`install: ${message}\n`)).toBe(true)
      }
      expect(await run(everything)).toBe(before)
    })
  })

  test('under a strict umask too, others can read what they need', async () => {
    await prepare(complete, 'rm -r /etc/nix')
    const result = await tree.start(['sh', '-c', 'umask 077; ./util/install.sh'], { cwd: checkout }).finished
    expect(result).toMatchObject({ status: 0 })
    expect(await run('stat -c "%a %n" /etc/nix /etc/nix/nix.conf')).toBe('755 /etc/nix\n644 /etc/nix/nix.conf\n')
  })

  describe('Node.js that is too old', () => {
    const old = `
      mv /usr/bin/node /srv/node
      put /usr/bin/node $'#!/bin/sh\\necho v18.20.4'
      put /usr/local/bin/npm '#!/bin/sh
        echo "npm $*" >>/srv/calls
        if [ -e /srv/fail ]; then exit 1; fi
        folder=/usr/local/lib/extra-container/node/node_modules/node-linux-$(uname -m | sed s/x86_64/x64/\\;s/aarch64/arm64/)/bin
        mkdir -p $folder
        cp /srv/node $folder'
    `

    test('is named where npm brings no other', async () => {
      await prepare(complete, old, 'touch /srv/fail')
      const { status, stderr } = await install()
      expect(status).toBe(1)
      expect(stderr).toMatch(
        /\ninstall: Node\.js 20 or later, with npm, is needed; found: v18\.20\.4\. Install it .*\n$/,
      )
      expect(await exists('/usr/local/bin/extra-container')).toBe('')
    })

    test('is left where it is, beside one that npm brings; a stale link to such a one is replaced', async () => {
      await prepare(complete, old, 'ln -s /usr/local/lib/gone /usr/local/bin/node')
      expect(await install()).toMatchObject({ status: 0, stderr: expect.stringContaining('v18.20.4 is too old') })
      expect(await run('cat /srv/calls')).toMatch(
        /--prefix \/usr\/local\/lib\/extra-container\/node node-linux-(x64|arm64)@20\n$/,
      )
      expect(await run('/usr/bin/node --version; node --version')).toMatch(/^v18\.20\.4\nv2\d\./)
      expect(await install()).toMatchObject({ status: 0, stderr: ready })
    })

    test('at the place of the new one is not replaced', async () => {
      await prepare(complete, old, 'cp /usr/bin/node /usr/local/bin/node')
      expect(await install()).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('/usr/local/bin/node exists already and is too old. Remove it'),
      })
      expect(await run('node --version')).toBe('v18.20.4\n')
    })
  })

  describe('links', () => {
    const links = 'cd /usr/local/bin; for name in *-container; do echo "$name $(readlink $name)"; done'
    const own = (...names: string[]) => names.map((name) => `${name} ${checkout}/bin/${name}\n`).join('')

    test('are not made over or beside other programs of these names', async () => {
      await prepare(
        complete,
        `put /usr/local/bin/nixos-container '#!/bin/sh'; put /usr/bin/nixcloud-container '#!/bin/sh'`,
      )
      expect(await install()).toMatchObject({ status: 0 })
      expect(await run(links)).toBe(`${own('extra-container')}nixos-container \n`)
      expect(await run(`cat ${rules}`)).not.toContain('nixos-container')
      await install(['--uninstall'])
      expect(await run(links)).toBe('nixos-container \n')
    })

    test('that lead to another checkout are replaced, also when it is gone, and those of others are not', async () => {
      const other = `
        mkdir -p /srv/other/bin
        touch /srv/other/bin/{extra,nixos}-container
        ln -s /srv/other/bin/{extra,nixos}-container /usr/local/bin
        ln -s /srv/gone/bin/nixcloud-container /usr/local/bin
      `
      for (const more of ['', 'rm -r /srv/other']) {
        await prepare(complete, other, more)
        expect(await install()).toMatchObject({
          status: 0,
          stderr: expect.stringContaining(
            'Replacing the link /usr/local/bin/nixos-container, which led to /srv/other/bin/nixos-container',
          ),
        })
        expect(await run(links)).toBe(
          `${own('extra-container')}nixcloud-container /srv/gone/bin/nixcloud-container\n${own('nixos-container')}`,
        )
        if (more === '') await tree.close()
      }
    })

    test('a program at the place of extra-container is left alone', async () => {
      await prepare(complete, 'put /usr/local/bin/extra-container other')
      expect(await install()).toMatchObject({
        status: 1,
        stderr: expect.stringContaining(
          '/usr/local/bin/extra-container exists and is not a link, so it is left alone. Remove it',
        ),
      })
      expect(await run('cat /usr/local/bin/extra-container')).toBe('other\n')
    })
  })

  describe('rules for sudo', () => {
    const alice = `useradd --create-home alice; echo 'alice ALL=(ALL) NOPASSWD: ALL' >>/etc/sudoers`
    const asAlice = ['setpriv', '--reuid', 'alice', '--regid', 'alice', '--init-groups', 'env', 'HOME=/home/alice']
    const searchPath = (path: string): string => `sed -i 's|secure_path=.*|secure_path="${path}"|' /etc/sudoers`

    test('sudo finds the program, and hands its variables on and no others', async () => {
      await prepare(complete, alice, searchPath('/usr/sbin:/usr/bin'))
      await run(`put ${checkout}/bin/extra-container $'#!/bin/sh\\nenv'`)
      expect(await install()).toMatchObject({ status: 0 })
      expect(await run(`stat -c '%U %a' ${rules}; visudo -cqf /etc/sudoers; ls -A /etc/sudoers.d`)).toBe(
        'root 440\nREADME\nextra-container\n',
      )
      const env = { NIX_PATH: 'a=/b', SECRET: 'of alice', EXTRA_CONTAINER_ETC: '/c' }
      const { stdout } = await tree.start([...asAlice, 'sudo', 'extra-container'], { env }).finished
      expect(stdout).toContain('NIX_PATH=a=/b\n')
      expect(stdout).toContain('EXTRA_CONTAINER_ETC=/c\n')
      expect(stdout).toContain('PATH=/usr/sbin:/usr/bin:/usr/local/bin\n')
      expect(stdout).not.toContain('SECRET')
    })

    test('are written by a user with sudo; folders that are not only root’s do not join the search path', async () => {
      await prepare(complete, alice, searchPath('/usr/local/bin:/usr/bin'))
      await run('mkdir /home/alice/bin; mv /usr/bin/node /home/alice/bin; chown -R alice: /home/alice /srv/checkout')
      const env = { PATH: '/home/alice/bin:/usr/local/bin:/usr/bin:/bin' }
      const { status, stderr } = await tree.start([...asAlice, './util/install.sh'], { cwd: checkout, env }).finished
      expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringContaining(`Wrote ${rules}\n`) })
      expect(stderr).toContain('/home/alice/bin is not in sudo’s'.replace('’', "'"))
      expect(await run(`cat ${rules}`)).not.toContain('secure_path')
    })

    test('of somebody else with that name are left alone, by --uninstall too', async () => {
      await prepare(complete, `echo '# mine' >${rules}`)
      expect(await install()).toMatchObject({
        status: 0,
        stderr: expect.stringContaining(
          `${rules} is not this program's, and is left alone: no rules for sudo are written\n`,
        ),
      })
      await install(['--uninstall'])
      expect(await run(`cat ${rules}`)).toBe('# mine\n')
    })

    test('that visudo refuses are never put in place, and what was there stays', async () => {
      await prepare(complete)
      expect(await install()).toMatchObject({ status: 0 })
      const before = await run(`cat ${rules}`)
      // A search path that, quoted again, is none.
      await run(searchPath('/usr/bin:/odd\\\\"folder'), "sudo -V | grep -F 'with: /usr/bin:/odd\"folder'")
      expect(await install()).toMatchObject({
        status: 1,
        stderr: `install: The rules for sudo are not valid here, so ${rules} is not written.\n`,
      })
      expect(await run(`cat ${rules}`)).toBe(before)
      expect(await run('ls -A /etc/sudoers.d; visudo -cqf /etc/sudoers')).toBe('README\nextra-container\n')
    })

    test('are not written without sudo, and a user who has none is told', async () => {
      await prepare(complete, 'useradd --create-home alice; rm /usr/bin/sudo')
      const other = await tree.start([...asAlice, './util/install.sh'], { cwd: checkout }).finished
      expect(other).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('This needs root, and there is no sudo.'),
      })
      expect(await install()).toMatchObject({ status: 0 })
      expect(await exists(rules)).toBe('')
    })
  })
})
