import { describe, expect, test } from '@jest/globals'
import { errorOf, filesOf, unitOf } from './evaluate.ts'

const demo = '{ containers.demo.config = { }; }'
const names = (definition: string, args = '') => Object.keys(filesOf(definition, args))
const demoFiles = [
  'etc/extra-container/demo.json',
  'etc/nixos-containers/demo.conf',
  'etc/systemd/system/container@demo.service',
]

describe('definition', () => {
  test('is a set, a function, or a list of these', () => {
    expect(names(demo)).toEqual(demoFiles)
    expect(names(`{ lib, pkgs, ... }: lib.mkIf true ${demo}`)).toEqual(demoFiles)
    expect(names(`[ ${demo} { containers.web.config = { }; } ]`)).toHaveLength(6)
  })

  test('may be a configuration of the host: its other options are never evaluated', () => {
    const host = `{ pkgs, ... }: {
      containers.demo.config = { };
      networking.nat = { enable = true; externalInterface = throw "evaluated"; };
      users.users.alice = { isNormalUser = true; };
      services.nginx = pkgs.doesNotExist;
      systemd.network.enable = throw "evaluated";
      systemd.services.other.script = throw "evaluated";
      environment.systemPackages = [ (throw "evaluated") ];
      environment.etc.motd.text = throw "evaluated";
    }`
    expect(names(host)).toEqual(demoFiles)
  })

  test('imports, and mkForce on what another module defined', () => {
    const unit = unitOf(`{ lib, ... }: {
      imports = [ { containers.demo = { config = { }; timeoutStartSec = "1min"; }; } ];
      containers.demo.timeoutStartSec = lib.mkForce "7min";
    }`)
    expect(unit).toContain('TimeoutStartSec=7min')
  })
})

describe('attrPath', () => {
  const nested = `{ x."a b" = ${demo}; f = { name ? "demo" }: { inner.containers.\${name}.config = { }; }; }`
  const at = (path: string[]) => `attrPath = ''${JSON.stringify(path)}'';`

  test('selects, with odd names, and calls functions whose arguments have defaults', () => {
    expect(names(nested, at(['x', 'a b']))).toEqual(demoFiles)
    expect(names(nested, at(['f', 'inner']))).toEqual(demoFiles)
  })

  test('names the missing attribute and the near ones', () => {
    expect(errorOf('{ web = { }; database = { }; }', at(['wbe']))).toBe(
      "The definition has no attribute 'wbe'. Did you mean 'web'?",
    )
    expect(errorOf('{ web.containers = { }; }', at(['web', 'x']))).toBe(
      "Attribute 'web' of the definition has no attribute 'x'. It has: containers.",
    )
    expect(errorOf('{ web = 1; }', at(['web', 'x']))).toBe(
      "Attribute 'web' of the definition is of type int, so there is no 'web.x' in it.",
    )
  })
})

describe('a definition without containers', () => {
  test.each(['{ }', '{ containers = { }; }', '{ networking.hostName = "x"; }'])('%s', (definition) => {
    expect(errorOf(definition)).toBe('The definition has no containers. Define one: { containers.NAME.config = { }; }')
  })

  test.each(['container', 'containres', 'Containers'])('%s is near', (name) => {
    expect(errorOf(`{ ${name}.demo.config = { }; }`)).toBe(
      `The definition sets '${name}', which is no option. Did you mean 'containers'?`,
    )
  })

  test('a near miss beside real containers is an error too', () => {
    expect(errorOf('{ containers.a.config = { }; container.b.config = { }; }')).toContain("sets 'container'")
  })
})

describe('names', () => {
  const long = 'a'.repeat(64)
  test.each(['a', 'A1', 'a_b', 'a--_b', long])('%s is taken', (name) => {
    expect(names(`{ containers."${name}".config = { }; }`)).toContain(`etc/nixos-containers/${name}.conf`)
  })

  test.each(['', '../x', 'a b', `${long}a`, 'a@b', '-a', 'a-', 'a_', '_a', "a'b", 'a.b', 'ä', 'a/b'])(
    'the name %j is refused',
    (name) => {
      expect(errorOf(`{ containers."${name}".config = { }; }`)).toContain(
        `The container name ${JSON.stringify(name)} is not valid. A name has 1 to 64 letters`,
      )
    },
  )

  test('names with a newline or a quote are refused', () => {
    expect(errorOf(String.raw`{ containers."a\nb".config = { }; }`)).toContain(String.raw`"a\nb" is not valid`)
    expect(errorOf(String.raw`{ containers."a\"b".config = { }; }`)).toContain(String.raw`"a\"b" is not valid`)
  })
})

test('an unknown base is named', () => {
  expect(errorOf(demo, `facts = ''{"base":"hsot"}'';`)).toContain("There is no base named 'hsot'. Bases: host, nixpkgs")
})

test('hosts that keep containers where NixOS before 22.05 did', () => {
  const legacy = `facts = ''{"legacyInstallDirs":true,"stateDirectory":"/var/lib/containers"}'';`
  expect(names(demo, legacy)).toContain('etc/containers/demo.conf')
  expect(unitOf(demo, 'demo', legacy)).toContain('EnvironmentFile=-/etc/containers/%i.conf')
})
