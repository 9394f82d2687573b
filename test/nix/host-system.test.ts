import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { system, toplevel } from './host-system-build.ts'
import { evalError, evalNix, evalWarnings } from './nix.ts'

const file = (path: string, name: string) => readFileSync(join(path, name), 'utf8')
const error = (config: string) => evalError(`${system(config)}.toplevel.drvPath`)

describe('the toplevel', () => {
  const path = toplevel('{ }')

  test('has what the contract names', () => {
    expect(readdirSync(path)).toEqual(expect.arrayContaining(['activate', 'bin', 'etc', 'init', 'sw', 'system']))
    expect(file(path, 'system')).toBe('x86_64-linux')
    for (const program of ['activate', 'init', 'bin/switch-to-configuration'])
      expect(statSync(join(path, program)).mode & 0o111).toBe(0o111)
  })

  test('has the units that the machine and the definition give, and no others', () => {
    const units = join(path, 'etc/systemd/system')
    expect(readlinkSync(join(units, 'basic.target'))).toBe('/usr/lib/systemd/system/basic.target')
    expect(existsSync(join(units, 'cron.service'))).toBe(false)
  })

  test('is one derivation, with one more for each script', () => {
    const inputs = (config: string) =>
      evalNix<string[]>(`
        builtins.attrNames (builtins.getContext (builtins.unsafeDiscardOutputDependency ${system(config)}.toplevel.script))`)
    expect(inputs('{ networking.firewall.enable = false; }')).toEqual([])
    expect(inputs('{ networking.firewall.enable = false; systemd.services.a.script = "true"; }')).toHaveLength(1)
  })

  test('keeps the rest of the system out of a script', () => {
    const unit = (config: string) => file(toplevel(config), 'etc/systemd/system/a.service')
    expect(unit('{ systemd.services.a.script = "true"; environment.etc.x.text = "1"; }')).toBe(
      unit('{ systemd.services.a.script = "true"; environment.etc.x.text = "2"; }'),
    )
  })
})

describe('environment', () => {
  test('packages: in sw, but for those of the machine', () => {
    const path = toplevel(
      '{ pkgs, ... }: { environment.systemPackages = [ pkgs.bash (pkgs.writeShellScriptBin "hi" "") ]; }',
    )
    expect(readdirSync(join(path, 'sw/bin'))).toEqual(['hi'])
  })

  test('variables reach shells; those of sessions also PAM', () => {
    const path = toplevel(`{
      environment.variables.A = "one \\"two\\"";
      environment.variables.LIST = [ "x" "y" ];
      environment.sessionVariables.S = "s";
      programs.bash.shellAliases.ll = "ls -l";
    }`)
    const { stdout } = spawnSync('bash', ['-c', `. ${path}/etc/set-environment; echo "$A,$LIST,$S"`], {
      encoding: 'utf8',
    })
    expect(stdout).toBe('one "two",x:y,s\n')
    expect(file(path, 'etc/pam/environment')).toContain('S DEFAULT="s"\n')
    expect(file(path, 'etc/bashrc')).toContain("alias -- ll='ls -l'\n")
  })

  test('two entries for one file', () => {
    expect(error('{ environment.etc.a.text = ""; environment.etc.b = { text = ""; target = "a"; }; }')).toContain(
      'Several entries of environment.etc make the same file: a. Set `enable = false` in all but one.',
    )
  })

  test('an entry with nothing in it', () => {
    expect(error('{ environment.etc.a.mode = "0600"; }')).toBe(
      'environment.etc."a" has neither a text nor a source. Set one of them.',
    )
  })

  test('files of the host are not bound where the definition has its own', () => {
    const bound = (config: string) => evalNix<string[]>(`${system(config)}.config.system.build.hostEtc`)
    expect(bound('{ }')).toEqual(expect.arrayContaining(['/etc/services', '/etc/ssl', '/etc/ld.so.cache']))
    const own = bound('{ environment.etc.services.text = ""; environment.etc."ssl/certs/x.pem".text = ""; }')
    expect(own).not.toContain('/etc/services')
    expect(own).not.toContain('/etc/ssl')
  })
})

describe('users', () => {
  test.each([
    ['{ users.users.a = { }; }', 'users.users.a.group is not set'],
    ['{ users.users.a = { group = "a"; }; users.groups.a = { }; }', 'Exactly one of users.users.a.isNormalUser and'],
    ['{ users.users.a = { isNormalUser = true; extraGroups = [ "x" ]; }; }', 'not declared: a: x. Declare each'],
    [
      '{ users.users.a = { isNormalUser = true; uid = 1000; }; users.users.b = { isNormalUser = true; uid = 1000; }; }',
      'have the same number: 1000: a b.',
    ],
  ])('%s', (config, message) => {
    expect(error(config)).toContain(message)
  })

  test('a field with a colon', () => {
    expect(error('{ users.users.a = { isNormalUser = true; description = "a:b"; }; }')).toContain(
      'is not of type `string without colons and newlines',
    )
  })

  test('older names', () => {
    expect(evalNix(`${system('{ users.extraUsers.a.isNormalUser = true; }')}.config.users.users.a.home`)).toBe(
      '/home/a',
    )
  })
})

describe('locale', () => {
  test('time zone and locale', () => {
    const path = toplevel('{ time.timeZone = "Europe/Berlin"; i18n.extraLocaleSettings.LC_TIME = "de_DE.UTF-8"; }')
    expect(readlinkSync(join(path, 'links/localtime'))).toBe('/usr/share/zoneinfo/Europe/Berlin')
    expect(file(path, 'etc/locale.conf')).toBe('LANG=C.UTF-8\nLC_TIME=de_DE.UTF-8\n')
  })

  test('an unknown time zone', () => {
    expect(error('{ time.timeZone = "Mars/Base"; }')).toContain("this machine has no time zone 'Mars/Base'")
  })
})

describe('sudo', () => {
  test('rules are what visudo takes', () => {
    const path = toplevel(`{
      security.sudo.wheelNeedsPassword = false;
      security.sudo.extraRules = [ { users = [ "root" 1000 ]; groups = [ "users" ]; commands = [ { command = "/usr/bin/id"; options = [ "NOPASSWD" "SETENV" ]; } "ALL" ]; } ];
    }`)
    const sudoers = file(path, 'etc/sudoers')
    expect(sudoers).toContain('%wheel ALL=(ALL:ALL) NOPASSWD:ALL\n')
    expect(sudoers).toContain('#1000 ALL=(ALL:ALL) NOPASSWD:SETENV:/usr/bin/id, ALL\n')
  })
})

describe('errors and warnings', () => {
  test('an option outside the base: what it is, and the next step', () => {
    const message = error('{ services.nginx.enable = true; }')
    expect(message).toContain("The option `containers.demo.services.nginx' does not exist")
    expect(message).toContain('need nixpkgs: give a nixpkgs with --nixpkgs-path or NIX_PATH')
  })

  test('a near miss is named', () => {
    expect(error('{ enviroment.etc = { }; }')).toContain("Did you mean `containers.demo.environment'?")
  })

  test('all assertions that fail come together', () => {
    expect(
      error(`{ assertions = [
        { assertion = false; message = "One."; } { assertion = true; message = "Two."; } { assertion = false; message = "Three."; }
      ]; }`),
    ).toBe("Container 'demo' cannot be made:\n- One.\n- Three.")
  })

  test('warnings go to stderr', () => {
    expect(evalWarnings(`${system('{ warnings = [ "Careful." ]; }')}.toplevel.drvPath`)).toContain(
      'warning: container demo: Careful.',
    )
  })

  test('activation scripts: an unknown dependency', () => {
    expect(error('{ system.activationScripts.a = { deps = [ "nope" ]; text = ""; }; }')).toContain(
      "'nope' is named in `deps', but there is no such script",
    )
  })
})

test('options that change nothing are accepted', () => {
  const value = evalNix(
    `${system(`{
    documentation.man.enable = false; boot.loader.grub.enable = false; nix.settings.sandbox = true;
    system.stateVersion = "23.05"; hardware.graphics.enable = true; fonts.packages = [ ];
  }`)}.config.system.stateVersion`,
  )
  expect(value).toBe('23.05')
})
