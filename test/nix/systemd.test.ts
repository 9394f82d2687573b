/** systemd.*: unit texts, and the folder of units. */
import { describe, expect, test } from '@jest/globals'
import { config, units } from './system.ts'

const service = (name: string, body: string): string => {
  const unit = units(`{ systemd.services.${name} = { ${body} }; }`)[`${name}.service`]
  return unit?.text ?? ''
}

describe('a service', () => {
  test('has its sections, with a line for each value', () => {
    const text = service(
      'web',
      `description = "Web"; after = [ "a.service" "b.service" ]; unitConfig.RequiresMountsFor = [ "/a" "/b" ];
       path = [ "/opt/tool" ]; environment = { A = "1 \\"x\\" %i"; GONE = null; };
       serviceConfig = { Type = "oneshot"; ExecStart = [ "" "/bin/true" ]; RemainAfterExit = true; };`,
    )
    expect(text).toBe(`[Unit]
After=a.service b.service
Description=Web
RequiresMountsFor=/a
RequiresMountsFor=/b

[Service]
Environment="A=1 \\"x\\" %i"
Environment="PATH=/opt/tool/bin:/usr/bin:/opt/tool/sbin:/usr/sbin"
ExecStart=
ExecStart=/bin/true
RemainAfterExit=true
Type=oneshot
`)
  })

  test('has the programs of the machine in PATH without a path of its own', () => {
    expect(service('web', '')).toContain('Environment="PATH=/usr/bin:/usr/sbin"\n')
  })

  test('runs scripts that are named after it', () => {
    const unit = units(
      `{ systemd.services."web@" = { script = "echo hi"; scriptArgs = "%i"; preStart = "x"; reload = "x"; postStop = "x"; }; }`,
    )['web@.service']
    expect(unit?.text).toMatch(/^ExecStart=\/nix\/store\/[^ ]+\/bin\/web_-start %i$/m)
    expect(unit?.text).toMatch(/^ExecStartPre=\/nix\/store\/[^ ]+\/bin\/web_-pre-start$/m)
    expect(unit?.text).toMatch(/^ExecReload=\/nix\/store\/[^ ]+\/bin\/web_-reload$/m)
    expect(unit?.text).toMatch(/^ExecStopPost=\/nix\/store\/[^ ]+\/bin\/web_-post-stop$/m)
  })

  test('changes only with its own script', () => {
    const both = (other: string) =>
      units(`{ systemd.services.a.script = "echo a"; systemd.services.b.script = "echo ${other}"; }`)
    expect(both('1')['a.service']).toEqual(both('2')['a.service'])
    expect(both('1')['b.service']).not.toEqual(both('2')['b.service'])
  })

  test.each([
    ['reloadIfChanged = true; restartIfChanged = false;', 'X-ReloadIfChanged=true', 'X-RestartIfChanged'],
    ['restartIfChanged = false;', 'X-RestartIfChanged=false', 'X-ReloadIfChanged'],
    ['stopIfChanged = false;', 'X-StopIfChanged=false', 'X-RestartIfChanged'],
    ['notSocketActivated = true;', 'X-NotSocketActivated=true', 'X-StopIfChanged'],
  ])('tells an update with %s', (body, present, absent) => {
    const text = service('web', body)
    expect(text).toContain(`\n${present}\n`)
    expect(text).not.toContain(absent)
  })

  test('changes with its restart triggers, and refers to none of them', () => {
    const of = (trigger: string) => service('web', `restartTriggers = [ ${trigger} ];`)
    expect(of('"a" [ 1 ]')).toMatch(/^X-Restart-Triggers=[0-9a-f]{64}$/m)
    expect(of('"a" [ 1 ]')).toBe(of('"a" 1'))
    expect(of('"a"')).not.toBe(of('"b"'))
    expect(service('web', 'reloadTriggers = [ "a" ];')).toMatch(/^X-Reload-Triggers=[0-9a-f]{64}$/m)
  })

  test('gets a timer by startAt', () => {
    const found = units('{ systemd.services.tick = { startAt = [ "daily" "12:00" ]; script = "x"; }; }')
    expect(found['tick.timer']?.text).toBe('[Unit]\n\n[Timer]\nOnCalendar=daily\nOnCalendar=12:00\n')
    expect(found['timers.target.wants/tick.timer']?.link).toBe('/etc/systemd/system/tick.timer')
  })
})

describe('the folder of units', () => {
  test('has links for those that start a unit, and for its aliases', () => {
    const found = units(
      `{ systemd.services.web = { wantedBy = [ "multi-user.target" ]; requiredBy = [ "x.service" ]; upheldBy = [ "y.service" ];
         aliases = [ "www.service" ]; script = "x"; }; }`,
    )
    for (const path of [
      'multi-user.target.wants/web.service',
      'x.service.requires/web.service',
      'y.service.upholds/web.service',
      'www.service',
    ]) {
      expect([path, found[path]?.link]).toEqual([path, '/etc/systemd/system/web.service'])
    }
  })

  test('masks what is not enabled', () => {
    expect(units('{ systemd.services.web.enable = false; }')['web.service']).toEqual({ link: '/dev/null' })
  })

  test('adds to units of the machine and to instances by drop-ins', () => {
    const found = units(`{
      systemd.services.systemd-journald.serviceConfig.Nice = 5;
      systemd.services."getty@tty1" = { overrideStrategy = "asDropin"; serviceConfig.Nice = 6; };
    }`)
    expect(found['systemd-journald.service']?.link).toMatch(/\/systemd\/system\/systemd-journald\.service$/)
    expect(found['systemd-journald.service.d/overrides.conf']?.text).toContain('\nNice=5\n')
    expect(found['getty@tty1.service']).toBeUndefined()
    expect(found['getty@tty1.service.d/overrides.conf']?.text).toContain('\nNice=6\n')
  })

  test('holds nothing that the machine has installed for itself', () => {
    const allowed =
      /^(?:\/etc\/systemd\/system\/|\/(?:usr\/)?lib\/systemd\/system\/(?:systemd-|dbus|user|getty|console-getty|container-getty|emergency|rescue|machine\.slice$|[a-z-]+\.target$))/
    const foreign = Object.entries(units('{ }')).filter(([, { link }]) => link && !allowed.test(link))
    expect(foreign).toEqual([])
  })

  test('boots to multi-user.target unless told otherwise', () => {
    expect(units('{ }')['default.target']?.link).toBe('/etc/systemd/system/multi-user.target')
    expect(units('{ systemd.defaultUnit = "rescue.target"; }')['default.target']?.link).toBe(
      '/etc/systemd/system/rescue.target',
    )
  })

  test('names mounts as systemd-escape does', () => {
    const found = units(
      `{ systemd.mounts = [ { where = "/a/b-c d/.e"; what = "tmpfs"; type = "tmpfs"; options = "size=1M"; } ]; }`,
    )
    expect(found['a-b\\x2dc\\x20d-.e.mount']?.text).toBe(
      '[Unit]\n\n[Mount]\nOptions=size=1M\nType=tmpfs\nWhat=tmpfs\nWhere=/a/b-c d/.e\n',
    )
  })

  test('renders every kind of unit', () => {
    const found = units(`{
      systemd.sockets.s = { listenStreams = [ "80" "/run/s" ]; listenDatagrams = [ "53" ]; socketConfig.Accept = true; };
      systemd.paths.p.pathConfig.PathExists = "/x";
      systemd.slices.q.sliceConfig.MemoryMax = "1G";
      systemd.targets.t.wants = [ "a.service" ];
      systemd.automounts = [ { where = "/m"; } ];
      systemd.units."raw.service".text = "[Service]\\n";
    }`)
    const text = (name: string) => found[name]?.text
    expect(text('s.socket')).toBe(
      '[Unit]\n\n[Socket]\nAccept=true\nListenStream=80\nListenStream=/run/s\nListenDatagram=53\n',
    )
    expect(text('p.path')).toBe('[Unit]\n\n[Path]\nPathExists=/x\n')
    expect(text('q.slice')).toBe('[Unit]\n\n[Slice]\nMemoryMax=1G\n')
    expect(text('t.target')).toBe('[Unit]\nWants=a.service\n')
    expect(text('m.automount')).toBe('[Unit]\n\n[Automount]\nWhere=/m\n')
    expect(text('raw.service')).toBe('[Service]\n')
  })
})

test('tmpfiles rules are files of their own, and the only others are systemd’s', () => {
  const module = `{ systemd.tmpfiles.rules = [ "d /x" ]; systemd.tmpfiles.settings.y."/a b".d = { mode = "0700"; argument = "z"; }; }`
  expect(config(module, 'environment.etc."tmpfiles.d/00-nixos.conf".text')).toBe('d /x\n')
  expect(config(module, 'environment.etc."tmpfiles.d/y.conf".text')).toBe('d "/a b" 0700 - - - z\n')
  expect(units(module)['systemd-tmpfiles-setup.service']?.text).toMatch(
    /^ExecStart=.* 00-nixos\.conf y\.conf .*systemd\.conf/m,
  )
})

test('the manager, the journal and kernel variables are configured', () => {
  const module = `{ systemd.settings.Manager.DefaultTimeoutStartSec = "20s"; systemd.extraConfig = "A=b";
    services.journald.storage = "volatile"; boot.kernel.sysctl."net.ipv4.ip_forward" = 1; }`
  expect(config(module, 'environment.etc."systemd/system.conf".text')).toBe(
    '[Manager]\nDefaultTimeoutStartSec=20s\nA=b',
  )
  expect(config(module, 'environment.etc."systemd/journald.conf".text')).toContain('Storage=volatile\n')
  expect(units(module)['sysinit.target.wants/systemd-sysctl.service']).toBeDefined()
  expect(units('{ }')['systemd-sysctl.service']).toBeUndefined()
})
