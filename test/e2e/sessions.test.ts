/** Many sessions at once, labs, and the working directory inside. */
import { describe, expect, test } from '@jest/globals'
import { ec, must, sh, startEc } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

const demo = '{ containers.demo.extra.addressPrefix = "auto"; }'
const lab = `{
  containers.web.extra.addressPrefix = "auto";
  containers.my-db = { extra.addressPrefix = "auto"; config.networking.firewall.allowedTCPPorts = [ 77 ]; };
  containers.plain.config = { };
}`

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  test('10 sessions of one definition and 10 creates at once', async () => {
    const script = 'echo $name $ip $(c hostname); c true && sleep 1 && c true'
    const args = ['shell', '-E', demo, '--unique', '--run', 'bash', '-c', script]
    const names = Array.from({ length: 10 }, (_, index) => `test-many-${index}`)
    const timeout = 240_000
    const [sessions, creates] = await Promise.all([
      Promise.all(names.map(() => ec(host, args, { timeout }))),
      Promise.all(
        names.map((name) => {
          const definition = `{ containers.${name} = { extra.addressPrefix = "auto"; config.environment.etc.mark.text = "${name}"; }; }`
          return ec(host, ['create', '--start', '-E', definition], { timeout })
        }),
      ),
    ])
    for (const { status, stdout, stderr } of [...sessions, ...creates]) {
      expect({ status, stdout, stderr }).toMatchObject({ status: 0 })
    }
    const lines = sessions.map(({ stdout }) => stdout.trim().split(' '))
    for (const [name, ip, hostname] of lines) {
      expect(name).toMatch(/^demo-[a-z0-9]{4}$/)
      expect(ip).toMatch(/^[\d.]+\.2$/)
      expect(hostname).toBe(name)
    }
    expect(new Set(lines.map(([name]) => name)).size).toBe(10)
    const own = await Promise.all(
      names.map(async (name) => {
        expect((await must(host, ['run', name, '--', 'cat', '/etc/mark'])).stdout).toBe(name)
        return (await must(host, ['show-ip', name])).stdout.trim()
      }),
    )
    expect(new Set([...lines.map(([, ip]) => ip), ...own]).size).toBe(20)
    expect((await must(host, ['list'])).stdout.trim().split('\n')).toEqual(names)
    await must(host, ['destroy', ...names])
  })

  test('a lab: names, addresses, one session within, one exit status', async () => {
    const script = `
      echo "$names"; [[ $(c web getent hosts my-db) == "$ip_my_db "* ]] || exit 3
      c my-db bash -c 'exec nc -lN 77 < <(echo hello)' & sleep 0.5
      c web timeout 5 bash -c 'exec 3<>/dev/tcp/my-db/77; cat <&3'
      c plain getent hosts web >/dev/null || exit 4
      c nope true 2>&1; h | grep '"c NAME COMMAND"'; exit 7`
    const { status, stdout, stderr } = await ec(host, ['shell', '-E', lab, '--run', 'bash', '-c', script])
    expect({ status, stdout, stderr }).toMatchObject({ status: 7 })
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'my-db plain web',
      'hello',
      "There is no container 'nope' in this lab. Write c NAME [COMMAND], with NAME one of: my-db plain web",
    ])
  })

  test('a lab ends whole at SIGTERM, and where one container does not start', async () => {
    const session = startEc(host, ['shell', '-E', lab, '--run', 'bash', '-c', 'echo up; c web sleep 60'])
    await session.printed('up')
    session.signal('SIGTERM')
    expect((await session.finished).status).toBe(143)
    const broken =
      '{ containers.test-a.config = { }; containers.test-b.extraFlags = [ "--no-such-flag" ]; containers.test-b.config = { }; }'
    const failed = await ec(host, ['shell', '-E', broken, '--run', 'true'])
    expect(failed.status).toBe(1)
    expect(failed.stderr).toContain('test-b')
  })

  test('--here: files belong to the caller, and there is no network', async () => {
    await sh(host, 'mkdir -p /srv/test-here/sub; chown -R 1234:1234 /srv/test-here')
    try {
      const env = { SUDO_USER: 'tester', SUDO_UID: '1234', SUDO_GID: '1234' }
      const args = ['shell', '-E', demo, '--here', '--no-network', '--run', 'c']
      const script = 'id -u; id -un; id -gn; pwd; touch made; ls /sys/class/net'
      const { status, stdout, stderr } = await ec(host, [...args, 'sh', '-c', script], { env, cwd: '/srv/test-here' })
      expect({ status, stdout, stderr }).toMatchObject({
        status: 0,
        stdout: '1234\ntester\ngroup1234\n/srv/test-here\nlo\n',
      })
      expect(await sh(host, 'stat -c %u:%g /srv/test-here/made')).toBe('1234:1234\n')
    } finally {
      await sh(host, 'rm -r /srv/test-here')
    }
  })

  test("--here in a folder of the home folder: nothing else of that is visible, and the group is the caller's", async () => {
    await sh(
      host,
      `mkdir -p /home/tester/{project,other}; echo here >/home/tester/project/file
       touch /home/tester/{.secret,other/file}; chown -R 1234:users /home/tester`,
    )
    try {
      const env = {
        SUDO_USER: 'tester',
        SUDO_UID: '1234',
        SUDO_GID: (await sh(host, 'getent group users')).split(':')[2] ?? '',
      }
      const script = 'id -un; id -gn; pwd; cat file; ls -A ..; touch made; echo ~'
      const args = ['shell', '-E', demo, '--here', '--run', 'c', 'sh', '-c', script]
      const { status, stdout, stderr } = await ec(host, args, { env, cwd: '/home/tester/project' })
      expect({ status, stdout, stderr }).toMatchObject({
        status: 0,
        stdout: 'tester\nusers\n/home/tester/project\nhere\nproject\n/home/tester\n',
      })
      expect(await sh(host, 'stat -c %u:%G /home/tester/project/made; ls -A /home/tester')).toBe(
        '1234:users\n.secret\nother\nproject\n',
      )
    } finally {
      await sh(host, 'rm -r /home/tester')
    }
  })
})
