/** Where the lines of a container are looked for: inside, in its root folder, in the journal of its unit. */
import { describe, expect, test } from '@jest/globals'
import { showLogs } from '../../../src/container/logs.ts'
import { type Answer, fakeHost, type Script } from '../../fake-host.ts'

const cgroup = '/sys/fs/cgroup/machine.slice/container@web.service'
const running = { [`${cgroup}/payload/cgroup.procs`]: '71\n', '/proc/71/status': 'NSpid:\t71\t1\n' }
const journalIn = (root: string) => ({ [`${root}/var/log/journal/id/system.journal`]: '' })
const system = { '/run/systemd/system': { directory: true }, '/proc/1/comm': 'systemd\n' } as const

const world = (script: Script, conf: string, more: Parameters<typeof fakeHost>[1] & object = {}) =>
  fakeHost(script, {
    ...more,
    disk: {
      ...system,
      '/proc/self/mountinfo': '1 0 0:1 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
      '/nix/store/x-conf': conf,
      '/etc/nixos-containers/web.conf': { link: '/nix/store/x-conf' },
      '/nix/var/nix/gcroots/auto/extra-container-web.conf': { link: '/etc/nixos-containers/web.conf' },
      ...more.disk,
    },
  })
const all = { lines: undefined, follow: false, units: [] }
const shown = (commands: string[][]) => commands.filter((argv) => argv.some((word) => /journalctl$/.test(word)))

test('one that runs is asked itself, wherever its journal is', async () => {
  const host = world(() => ({ exitCode: 3 }), '', {
    disk: { ...running, ...journalIn('/var/lib/nixos-containers/web') },
  })
  expect(await showLogs(host, 'web', { lines: 5, follow: false, units: ['nginx', 'db'] })).toBe(3)
  const command = ['journalctl', '--no-pager', '--lines=5', '--unit=nginx', '--unit=db']
  expect(shown(host.commands)).toEqual([
    ['bash', '/root-of-the-program/src/machine/enter.bash', cgroup, '--', ...command],
  ])
})

describe('one that is followed', () => {
  const follow = { ...all, follow: true }

  test.each([137, 143])('ends well where the container stops (status %i), when it is down', async (exitCode) => {
    const host = world(([file]) => (file === 'bash' ? { exitCode } : {}), '', { disk: running })
    let slept = 0
    host.sleep = async () => {
      if (++slept === 3) host.disk.delete('/proc/71/status')
    }
    expect(await showLogs(host, 'web', follow)).toBe(0)
    expect(slept).toBe(3)
    expect(host.stderr.join()).toContain('has stopped. All that it logged last: extra-container logs web -n 20')
  })

  test('tells the signal that ended it, and does not wait for the container', async () => {
    const host = world(
      () => {
        host.interrupt('SIGTERM')
        return { exitCode: 143 }
      },
      '',
      { disk: running },
    )
    host.sleep = () => Promise.reject(new Error('it waits'))
    expect(await showLogs(host, 'web', follow)).toBe(143)
    const pressed = world(() => ({ exitCode: 130 }), '', { disk: running, sleep: host.sleep })
    expect(await showLogs(pressed, 'web', follow)).toBe(130)
  })
})

describe('of one that is down', () => {
  test.each([
    ['', '/var/lib/nixos-containers/web'],
    ['KIND=lxc\n', '/var/lib/lxc/web/rootfs'],
  ])('with %j in its conf, the journal is in its root folder', async (conf, root) => {
    const host = world(() => ({}), conf, { disk: journalIn(root) })
    expect(await showLogs(host, 'web', all)).toBe(0)
    expect(shown(host.commands)).toEqual([['journalctl', `--directory=${root}/var/log/journal`, '--no-pager']])
    expect(host.stderr).toEqual([])
  })

  test("the container's own journalctl reads it, where its system has one", async () => {
    const journalctl = '/nix/store/sys/sw/bin/journalctl'
    const disk = { [journalctl]: '', ...journalIn('/var/lib/nixos-containers/web') }
    const host = world(() => ({}), 'SYSTEM_PATH=/nix/store/sys\n', { disk })
    await showLogs(host, 'web', all)
    expect(shown(host.commands).map(([program]) => program)).toEqual([journalctl])
  })

  test.each([
    ['the folder', { '/var/lib/nixos-containers/web/var/log/journal': { link: '/var/log/journal' } }],
    ['a folder in it', { '/var/lib/nixos-containers/web/var/log/journal/id': { link: '/var/log/journal/own' } }],
    [
      'a file in it',
      { '/var/lib/nixos-containers/web/var/log/journal/id/a.journal': { link: '/var/log/journal/own/a.journal' } },
    ],
  ])('a journal of which %s is a link of the container is not read: its unit is asked', async (_, links) => {
    const disk = { '/var/log/journal/own/a.journal': '', ...links }
    const host = world(() => ({}), '', { disk })
    expect(await showLogs(host, 'web', { ...all, lines: 7 })).toBe(0)
    expect(shown(host.commands)).toEqual([['journalctl', '--no-pager', '--lines=7', '--unit=container@web.service']])
    expect(host.stderr.join('\n')).toContain('keeps no journal. This is what its unit container@web.service logged:')
  })

  test('a failure of its last run is told with it, on standard error', async () => {
    const host = world(
      (argv): Answer => {
        if (argv.includes('--property=Id,ActiveState'))
          return { stdout: 'Id=container@web.service\nActiveState=failed' }
        return argv.includes('--output=cat') ? { stdout: 'its system does not exist' } : {}
      },
      '',
      { disk: journalIn('/var/lib/nixos-containers/web') },
    )
    await showLogs(host, 'web', all)
    expect(host.stderr.join('\n')).toMatch(/"web" failed when it ran last.*\n {2}its system does not exist$/)
  })

  test('nothing to show is an error with the next step', async () => {
    const noUnit = /"web" is down and keeps no journal\. Start it: extra-container start web/
    await expect(
      showLogs(
        world(() => ({}), ''),
        'web',
        { ...all, units: ['x'] },
      ),
    ).rejects.toThrow(noUnit)
    const withoutManager = world(() => ({}), '')
    withoutManager.disk.set('/proc/1/comm', 'sh\n')
    await expect(showLogs(withoutManager, 'web', all)).rejects.toThrow(noUnit)
    expect(shown(withoutManager.commands)).toEqual([])
  })
})
