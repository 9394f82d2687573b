/** --wait, and what is told of starts and updates that fail: the unit inside, with its last lines. */
import { describe, expect, test } from '@jest/globals'
import { ec, must } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

const service = (name: string, script: string, more = '') =>
  `systemd.services.${name} = { wantedBy = [ "multi-user.target" ]; script = ''${script}''; ${more} };`
const container = (name: string, config: string, more = '') => `${name} = { ${more} config = { ${config} }; };`
const definition = (...containers: string[]) => `{ containers = { ${containers.join(' ')} }; }`

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  const create = (text: string, ...flags: string[]) => ec(host, ['create', '-s', '-E', text, ...flags])
  const inside = async (name: string, script: string) =>
    (await must(host, ['run', name, '--', 'sh', '-c', script])).stdout

  test('unit, port and command are waited for; a condition that is not met names itself, its state and its lines', async () => {
    const text = definition(
      container(
        'demo',
        service('web', 'sleep 1; echo open > /run/open; exec /usr/bin/nc -lk 8080') +
          service(
            'once',
            'sleep 0.5; touch /run/once',
            'serviceConfig.Type = "oneshot"; after = [ "multi-user.target" ];',
          ) +
          service('broken', 'echo what is wrong; exit 3'),
        'privateNetwork = true;',
      ),
    )
    const created = await create(text, '--wait', 'port:8080', '--wait', 'unit:once', '--wait', 'cmd:test -e /run/open')
    expect(created).toMatchObject({ status: 0 })
    expect(await inside('demo', 'cat /run/open; ls /run/once')).toBe('open\n/run/once\n')
    // A boot with a failed unit is done, and the unit is told.
    expect(created.stderr).toMatch(/broken\.service inside: failed: exit-code[\s\S]*what is wrong/)

    const start = (...flags: string[]) => ec(host, ['start', 'demo', ...flags])
    const begin = Date.now()
    const failed = await start('--wait', 'unit:broken', '--timeout', '60')
    expect(failed.status).toBe(1)
    expect(failed.stderr).toMatch(
      /"demo" is not ready: --wait "unit:broken"[\s\S]*failed: exit-code[\s\S]*what is wrong/,
    )
    expect(Date.now() - begin).toBeLessThan(30_000)
    const [port, command, unit] = await Promise.all([
      start('--wait', 'port:81', '--timeout', '0.5'),
      start('--wait', 'cmd:echo too early; exit 7', '--timeout', '0.5'),
      start('--wait', 'unit:nowhere', '--timeout', '0.5'),
    ])
    expect(port).toMatchObject({ status: 1, stdout: '' })
    expect(port.stderr).toMatch(/--wait "port:81" was not met within 0\.5 s\.\nIt listens on .*8080/)
    expect(command.stderr).toMatch(/was not met[\s\S]*exit status is 7[\s\S]*too early/)
    expect(unit.stderr).toContain('There is no unit nowhere inside.')
    expect((await must(host, ['status', 'demo'])).stdout).toBe('up\n')
    expect(await ec(host, ['restart', 'demo', '--wait', 'port:8080'])).toMatchObject({ status: 0, stdout: '' })
    expect(await inside('demo', 'cat /run/open')).toBe('open\n')
    await must(host, ['destroy', 'demo'])
  })

  test('shell --run begins when the condition is met, and destroys where it never is', async () => {
    const text = definition(container('demo', service('slow', 'sleep 1; touch /run/done; exec sleep 1000')))
    const shell = (...words: string[]) => ec(host, ['shell', '-E', text, ...words])
    const ready = await shell('--wait', 'cmd:test -e /run/done', '--run', 'c', 'ls', '/run/done')
    expect(ready).toMatchObject({ status: 0, stdout: '/run/done\n' })
    const never = await shell('--wait', 'cmd:false', '--timeout', '0.3', '--run', 'echo', 'never')
    expect(never).toMatchObject({ status: 1, stdout: '' })
  })

  test('of three containers one fails: it is named with the unit inside that hangs, and removed; the others run', async () => {
    const hanging = service(
      'hang',
      'echo about to hang; sleep 1000',
      'serviceConfig.Type = "oneshot"; before = [ "multi-user.target" ];',
    )
    const text = definition(
      container('demo', ''),
      container('test-bad', hanging, 'timeoutStartSec = "4s";'),
      container('test-last', ''),
    )
    const { status, stderr } = await create(text)
    expect(status).toBe(1)
    expect(stderr).toContain('1 of 3 containers failed: test-bad')
    expect(stderr).toMatch(/hang\.service inside: did not finish starting[\s\S]*about to hang/)
    expect((await must(host, ['list'])).stdout).toBe('demo\ntest-last\n')
    for (const name of ['demo', 'test-last']) expect((await must(host, ['status', name])).stdout).toBe('up\n')
    await must(host, ['destroy', '--all'])
  })

  test('a dry run says what an update will do; units that did not change keep their PIDs; one that fails is told', async () => {
    const text = (two: string) => definition(container('demo', service('one', 'exec sleep 1000') + service('two', two)))
    await must(host, ['create', '-s', '-E', text('exec sleep 1001')])
    const pids = () => inside('demo', 'systemctl show --property MainPID --value one two dbus')
    const [one, two, dbus] = (await pids()).split(/\n+/)
    const plan = await create(text('exec sleep 1002'), '--dry-run', '--json')
    expect(JSON.parse(plan.stdout)).toMatchObject({
      containers: [{ name: 'demo', steps: ['install', 'update'], change: 'system', differences: [{ what: 'system' }] }],
    })
    expect((await pids()).split(/\n+/)).toEqual([one, two, dbus, ''])

    expect(await create(text('exec sleep 1002'))).toMatchObject({ status: 0 })
    const [oneAfter, twoAfter, dbusAfter] = (await pids()).split(/\n+/)
    expect([oneAfter, dbusAfter]).toEqual([one, dbus])
    expect(twoAfter).not.toBe(two)

    const broken = definition(
      container(
        'demo',
        service('one', 'exec sleep 1000') + service('two', 'echo no luck; exit 5', 'serviceConfig.Type = "oneshot";'),
      ),
    )
    const failed = await create(broken)
    expect(failed.status).toBe(1)
    expect(failed.stderr).toMatch(
      /The update of "demo" failed\.\nUnit two\.service inside: failed: exit-code[\s\S]*no luck/,
    )
    expect((await pids()).split(/\n+/)[0]).toBe(one)
    await must(host, ['destroy', 'demo'])
  })
})
