/** switch-to-configuration in a root folder of its own, with a systemctl that notes what it is told. */
import { existsSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Root, toplevel } from './host-system-build.ts'

const systemctl = `#!/bin/bash
case "$1 $*" in
  list-units*--state=active,*) sed 's/$/ loaded active running/' /tmp/active ;;
  list-units*--state=failed*) [ ! -e /tmp/failed ] || sed 's/$/ loaded failed failed/' /tmp/failed ;;
  list-units*) ;;
  *) echo "$*" >> /tmp/log ;;
esac
case "$*" in start*bad.service*) echo bad.service > /tmp/failed; exit 1 ;; esac
`

let root: Root
beforeEach(() => {
  root = new Root()
  root.program('systemctl', systemctl)
})
afterEach(() => root.remove())

const service = (name: string, body: string) =>
  `systemd.services."${name}" = { wantedBy = [ "multi-user.target" ]; ${body} };`
const module = (body: string) => `{ networking.firewall.enable = false; ${body} }`

const update = (active: string[], before: string, after: string, action = 'test') => {
  const old = toplevel(module(before))
  const path = toplevel(module(after))
  expect(root.run(`${old}/activate`).status).toBe(0)
  writeFileSync(join(root.path, 'tmp/active'), ['multi-user.target', ...active, ''].join('\n'))
  const { status, stderr } = root.run(`${path}/bin/switch-to-configuration`, action)
  const log = join(root.path, 'tmp/log')
  const calls = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []
  return { old, path, status, stderr, calls }
}

const changed = (extra = '') => [
  service('web', `script = "sleep 1"; environment.A = "1"; ${extra}`),
  service('web', `script = "sleep 1"; environment.A = "2"; ${extra}`),
]

const change = (extra = '', active = ['web.service']) => {
  const [before = '', after = ''] = changed(extra)
  return update(active, before, after)
}

const around = ['reset-failed', 'daemon-reload']

describe('a unit that changed', () => {
  test('is stopped before the activation and started after it', () => {
    const { status, calls, stderr, path } = change()
    expect(status).toBe(0)
    expect(calls).toEqual(['stop -- web.service', ...around, 'start -- web.service multi-user.target'])
    expect(stderr).toBe(
      'stopping the following units: web.service\nactivating the configuration...\nstarting the following units: web.service\n',
    )
    expect(readlinkSync(join(root.path, 'run/current-system'))).toBe(path)
  })

  test.each([
    ['stopIfChanged = false;', ['restart -- web.service']],
    ['reloadIfChanged = true;', ['reload-or-restart -- web.service']],
    ['restartIfChanged = false;', []],
    ['unitConfig.RefuseManualStop = true;', []],
  ])('%s', (extra, expected) => {
    expect(change(extra).calls).toEqual([...around, ...expected, 'start -- multi-user.target'])
  })

  test('that is left alone is named', () => {
    expect(change('restartIfChanged = false;').stderr).toContain(
      'NOT restarting the following changed units: web.service\n',
    )
  })

  test('and does not run stays so', () => {
    expect(change('', []).calls).toEqual([...around, 'start -- multi-user.target'])
  })

  test('only in its description is left alone', () => {
    const { calls } = update(
      ['web.service'],
      service('web', 'script = "sleep 1"; description = "One";'),
      service('web', 'script = "sleep 1"; description = "Two";'),
    )
    expect(calls).toEqual([...around, 'start -- multi-user.target'])
  })

  test('by its restart triggers restarts, by its reload triggers reloads', () => {
    const triggers = (value: number) =>
      service('a', `script = "sleep 1"; restartTriggers = [ "${value}" ];`) +
      service('b', `script = "sleep 1"; reload = "true"; reloadTriggers = [ "${value}" ];`)
    const { calls } = update(['a.service', 'b.service'], triggers(1), triggers(2))
    expect(calls).toEqual([
      'stop -- a.service',
      ...around,
      'reload-or-restart -- b.service',
      'start -- a.service multi-user.target',
    ])
  })

  test('is an instance of a template', () => {
    const template = (value: number) => `systemd.services."web@" = { script = "sleep 1"; environment.A = "${value}"; };`
    expect(update(['web@one.service'], template(1), template(2)).calls).toContain('stop -- web@one.service')
  })

  test('by a drop-in of a unit of the machine', () => {
    const dropIn = (value: number) => `systemd.services.systemd-logind.environment.A = "${value}";`
    expect(update(['systemd-logind.service'], dropIn(1), dropIn(2)).stderr).toContain('systemd-logind.service')
  })
})

describe('sockets', () => {
  const pair = (listen: string, value: number) => `
    systemd.sockets.web = { wantedBy = [ "sockets.target" ]; listenStreams = [ "${listen}" ]; };
    systemd.services.web = { script = "sleep 1"; environment.A = "${value}"; };`

  test('a changed service: its socket is started, not the service', () => {
    const { calls } = update(['web.service', 'web.socket'], pair('/run/a', 1), pair('/run/a', 2))
    expect(calls[0]?.split(' ').sort()).toEqual(['--', 'stop', 'web.service', 'web.socket'])
    expect(calls.at(-1)).toBe('start -- web.socket multi-user.target')
  })

  test('a changed socket: its service does not hold it', () => {
    const { calls } = update(['web.service', 'web.socket'], pair('/run/a', 1), pair('/run/b', 1))
    expect(calls[0]?.split(' ').sort()).toEqual(['--', 'stop', 'web.service', 'web.socket'])
    expect(calls.at(-1)).toBe('start -- web.socket multi-user.target')
  })
})

test('a unit that is gone is stopped', () => {
  const { calls } = update(['web.service'], service('web', 'script = "sleep 1";'), '')
  expect(calls).toEqual(['stop -- web.service', ...around, 'start -- multi-user.target'])
})

test('units that did not change are not touched', () => {
  const keep = service('keep', 'script = "sleep 1";')
  const { calls } = update(['keep.service'], keep, `${keep} environment.etc.x.text = "1";`)
  expect(calls).toEqual([...around, 'start -- multi-user.target'])
})

test('tmpfiles rules that changed are carried out', () => {
  const { calls } = update([], '', 'systemd.tmpfiles.rules = [ "d /var/lib/x" ];')
  expect(calls).toContain('start systemd-tmpfiles-resetup.service')
})

test('a unit that fails: named, with its status, exit status 4', () => {
  const bad = service('bad', 'script = "false";')
  const { status, stderr, calls } = update(['bad.service'], bad, service('bad', 'script = "exit 1";'))
  expect(status).toBe(4)
  expect(stderr).toContain('warning: the following units failed: bad.service\n')
  expect(calls.at(-1)).toBe('status --no-pager --full -- bad.service')
})

test('dry-activate tells and changes nothing', () => {
  const [before = '', after = ''] = changed()
  const { status, stderr, calls, old } = update(['web.service'], before, after, 'dry-activate')
  expect(status).toBe(0)
  expect(calls).toEqual([])
  expect(stderr).toBe(
    'would stop the following units: web.service\nwould activate the configuration...\nwould start the following units: web.service\n',
  )
  expect(readlinkSync(join(root.path, 'run/current-system'))).toBe(old)
})

test('what an interrupted run left to do is done', () => {
  const [before = '', after = ''] = changed('stopIfChanged = false;')
  const path = toplevel(module(after))
  expect(root.run(`${toplevel(module(before))}/activate`).status).toBe(0)
  expect(root.run(`${path}/activate`).status).toBe(0)
  root.run(
    '/usr/bin/sh',
    '-c',
    'mkdir /run/switch-to-configuration; echo web.service > /run/switch-to-configuration/restart',
  )
  writeFileSync(join(root.path, 'tmp/active'), 'web.service\n')
  expect(root.run(`${path}/bin/switch-to-configuration`, 'test').status).toBe(0)
  expect(readFileSync(join(root.path, 'tmp/log'), 'utf8')).toContain('restart -- web.service\n')
  expect(existsSync(join(root.path, 'run/switch-to-configuration/restart'))).toBe(false)
})

test('an unknown action', () => {
  const { status, stderr } = update([], '', '', 'frob')
  expect(status).toBe(1)
  expect(stderr).toContain("test|switch|boot|dry-activate (not 'frob')")
})
