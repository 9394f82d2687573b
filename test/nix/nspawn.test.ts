import { describe, expect, test } from '@jest/globals'
import { kindOfUnit } from '../../src/machine/kind.ts'
import { errorOf, evaluated, filesOf, settings } from './evaluate.ts'
import { trees } from './nixpkgs/trees.ts'

const of = (options: string, name = 'demo', args = '') =>
  filesOf(`{ nixos-nspawn.containers.${name} = { config = { }; ${options} }; }`, args)
const text = (files: ReturnType<typeof filesOf>, path: string) => files[`etc/${path}`]?.text ?? ''
const unitIn = (files: ReturnType<typeof filesOf>, name = 'demo') =>
  text(files, `systemd/system/container@${name}.service`)
const nspawnIn = (files: ReturnType<typeof filesOf>, name = 'demo') => text(files, `systemd/nspawn/${name}.nspawn`)
const error = (options: string) => errorOf(`{ virtualisation.nspawn.containers.demo = { ${options} }; }`)

describe('what is installed', () => {
  const files = of('')

  test('unit and conf, the files of systemd-nspawn and networkd, and the unit by its other name', () => {
    expect(Object.keys(files)).toEqual([
      'etc/extra-container/demo.json',
      'etc/nixos-containers/demo.conf',
      'etc/systemd/network/10-ve-demo.network',
      'etc/systemd/nspawn/demo.nspawn',
      'etc/systemd/system/container@demo.service',
      'etc/systemd/system/machines.target.wants/container@demo.service',
      'etc/systemd/system/systemd-nspawn@demo.service',
    ])
    expect(files['etc/systemd/system/systemd-nspawn@demo.service']).toEqual({ link: 'container@demo.service' })
    expect(JSON.parse(text(files, 'extra-container/demo.json'))).toMatchObject({
      definedAs: 'demo',
      files: [],
      linkKinds: ['veth'],
      links: [
        'systemd/network/10-ve-demo.network',
        'systemd/nspawn/demo.nspawn',
        'systemd/system/systemd-nspawn@demo.service',
      ],
    })
    expect(text(files, 'nixos-containers/demo.conf')).toMatch(
      /^AUTO_START=1\nKIND=nspawn\nSYSTEM_PATH=\/nix\/store\/\S+-host-system-demo-host\n$/,
    )
  })

  test('the container is ephemeral, with users and a network of its own', () => {
    const nspawn = nspawnIn(files)
    for (const line of [
      'Boot=false',
      'Ephemeral=true',
      'PrivateUsers=pick',
      'PrivateUsersOwnership=chown',
      'NotifyReady=true',
      'KillSignal=SIGRTMIN+3',
      'Private=true',
      'VirtualEthernet=true',
      'BindReadOnly=/nix/store:/nix/store',
      'BindReadOnly=/usr:/usr',
    ])
      expect(nspawn.split('\n')).toContain(line)
    expect(nspawn).not.toMatch(/^Zone=|^Bind=|daemon-socket/m)
  })

  test("the host's end of the link: systemd's defaults, IPv6, names by multicast", () => {
    expect(text(files, 'systemd/network/10-ve-demo.network')).toBe(`[Match]
Kind=veth
Name=ve-demo

[Network]
Address=0.0.0.0/28
Address=::/64
DHCPServer=true
EmitLLDP=customer-bridge
IPMasquerade=both
IPv6AcceptRA=false
IPv6DuplicateAddressDetection=0
IPv6SendRA=true
LLDP=true
LLMNR=true
LinkLocalAddressing=ipv6
MulticastDNS=true

[DHCPServer]
PersistLeases=false
`)
  })

  test('it is the same under the later name, and stands beside containers.*', () => {
    const both = filesOf('{ virtualisation.nspawn.containers.demo.config = { }; containers.other.config = { }; }')
    expect(both).toMatchObject(files)
    expect(unitIn(both, 'other')).toContain('root=/var/lib/nixos-containers/%i')
  })

  test('one name is one container', () => {
    expect(errorOf('{ nixos-nspawn.containers.demo.config = { }; containers.demo.config = { }; }')).toContain(
      "The container 'demo' is defined in two ways",
    )
    expect(errorOf('{ nixos-nspawn.containers."a b".config = { }; }')).toContain(
      'The container name "a b" is not valid',
    )
  })

  test('a name that the command line gives is that of all files; machines have no underscores', () => {
    const renamed = of('', 'demo', 'facts = { rename.demo = "web_1"; };')
    expect(Object.keys(renamed)).toEqual(
      expect.arrayContaining([
        'etc/nixos-containers/web_1.conf',
        'etc/systemd/nspawn/web-1.nspawn',
        'etc/systemd/network/10-ve-web-1.network',
        'etc/systemd/system/container@web_1.service',
      ]),
    )
    expect(renamed['etc/systemd/system/systemd-nspawn@web-1.service']).toEqual({ link: 'container@web_1.service' })
    expect(settings(unitIn(renamed, 'web_1'), 'Environment')).toContain('"MACHINE=web-1"')
  })
})

describe('options', () => {
  const unit = unitIn(of(''))

  test('config: a changed system changes neither unit nor conf otherwise', () => {
    const other = filesOf('{ nixos-nspawn.containers.demo.config.environment.variables.X = "1"; }')
    expect(unitIn(other)).toBe(unit)
    expect(nspawnIn(other)).not.toBe(nspawnIn(of('')))
  })

  test('path instead of config; one of them is needed', () => {
    const files = filesOf('{ nixos-nspawn.containers.demo.path = "/nix/var/nix/profiles/demo"; }')
    expect(nspawnIn(files)).toContain('Parameters=/nix/var/nix/profiles/demo/init\n')
    expect(text(files, 'nixos-containers/demo.conf')).toContain('SYSTEM_PATH=/nix/var/nix/profiles/demo\n')
    expect(error('autoStart = false;')).toContain('virtualisation.nspawn.containers.demo has no system.')
  })

  test('autoStart, true by default', () => {
    const wants = 'etc/systemd/system/machines.target.wants/container@demo.service'
    expect(of('autoStart = false;')[wants]).toBeUndefined()
    expect(text(of('autoStart = false;'), 'nixos-containers/demo.conf')).not.toContain('AUTO_START')
  })

  test('restartIfChanged, true by default', () => {
    expect(unit).not.toContain('X-RestartIfChanged')
    expect(unitIn(of('restartIfChanged = false;'))).toContain('X-RestartIfChanged=false\n')
  })

  test('imports are modules of every container with a config', () => {
    expect(
      evaluated(
        `{ nixos-nspawn = {
             imports = [ { environment.variables.X = "1"; } ];
             containers = { a.config = { }; b.config = { }; };
           }; }`,
        'config.virtualisation.nspawn.containers.b.config.environment.variables.X',
      ),
    ).toBe('1')
  })

  test('binds: owners are mapped where nothing else is said, paths with colons are escaped', () => {
    const files = of(`binds = {
      "/data" = { };
      "/a:b" = { hostPath = "/srv/100%"; options = [ "noidmap" "norbind" ]; readOnly = true; };
    };`)
    expect(nspawnIn(files)).toContain('Bind=/data:/data\n')
    expect(nspawnIn(files)).toContain('BindReadOnly=/srv/100%%:/a\\:b:noidmap,norbind\n')
    const start = settings(unitIn(files), 'ExecStart')[0]
    expect(start).toContain(' "bind" "/data" "/data" ""')
    expect(start).toContain(' "bind-ro" "/srv/100%%" "/a:b" "noidmap,norbind"')
    expect(settings(unitIn(files), 'RequiresMountsFor')).toContain('"/srv/100%%"')
    expect(JSON.parse(text(files, 'extra-container/demo.json')).files).toEqual(['/srv/100%', '/data'])
    expect(error('config = { }; binds."data" = { };')).toContain('binds."data": "data" is no path.')
    expect(error('config = { }; binds."/data".options = [ "a:b" ];')).toContain('binds."/data".options')
  })

  test('network.veth.enable = false: no link, and no network files', () => {
    const files = of('network.veth.enable = false;')
    expect(Object.keys(files).filter((path) => path.includes('network'))).toEqual([])
    expect(nspawnIn(files)).toContain('VirtualEthernet=false\n')
    expect(unitIn(files)).not.toMatch(/NETWORKD|forwarding/)
    expect(error('config = { }; network.veth = { enable = false; zone = "z"; };')).toContain(
      'have no effect without a link',
    )
  })

  test('the firewall of the machine lets the link in, and forwards where addresses are translated', () => {
    expect(settings(unit, 'ExecStartPre')[0]).toMatch(/-container-forwarding link ip ip6$/)
    expect(settings(unit, 'Environment')).toContain('"NETWORKD_LINK=ve-demo"')
    const links = (options: string, name = 'demo') => settings(unitIn(of(options, name), name), 'Environment')
    expect(links('network.veth.zone = "dmz";')).toContain('"NETWORKD_LINK=vz-dmz"')
    expect(links('', 'a-long-name-of-one')).toContain('"NETWORKD_LINK=ve-a-long-n*"')
  })

  test('network.veth.zone: one file and one bridge for all of a zone', () => {
    const files = filesOf(`{ nixos-nspawn.containers = {
      a = { config = { }; network.veth.zone = "dmz"; network.veth.config.host.networkConfig.DHCPServer = false; };
      b = { config = { }; network.veth.zone = "dmz"; };
    }; }`)
    const network = text(files, 'systemd/network/10-vz-dmz.network')
    expect(network).toContain('[Match]\nKind=bridge\nName=vz-dmz\n')
    expect(network).toContain('Address=0.0.0.0/24\nAddress=::/64\nConfigureWithoutCarrier=true\nDHCPServer=false\n')
    expect(nspawnIn(files, 'b')).toContain('Zone=dmz\n')
    expect(settings(unitIn(files, 'b'), 'Environment')).toContain('"ZONE=dmz"')
    expect(error('config = { }; network.veth.zone = "more-than-twelve";')).toContain('network.veth.zone')
    // Known to the others by the name that it is installed under, and by that of its definition.
    const names = (args: string) =>
      settings(unitIn(of('network.veth.zone = "dmz";', 'a_b', args), 'web'), 'Environment').find((value) =>
        value.startsWith('"ZONE_NAMES='),
      )
    expect(names('facts = { rename.a_b = "web"; };')).toBe('"ZONE_NAMES=web web.local a-b a-b.local"')
    // It is sure to get an IPv4 address only by DHCP.
    expect(settings(unitIn(files, 'b'), 'Environment')).toContain('"DHCP=1"')
    const without = 'network.veth = { zone = "dmz"; config.container.networkConfig.DHCP = "ipv6"; };'
    expect(settings(unitIn(of(without)), 'Environment')).not.toContain('"DHCP=1"')
  })

  test('network.veth.config, on both sides: its values win, the others stay', () => {
    const address = (n: number) => `networkConfig.Address = [ "fc42::${n}/64" "192.168.42.${n}/24" ];`
    const definition = `{ nixos-nspawn.containers.demo = { config = { }; network.veth.config = {
      host = { networkConfig.DHCPServer = false; ${address(1)} };
      container = { networkConfig.DHCP = false; ${address(2)} routes = [ { Gateway = "192.168.42.1"; } ]; };
    }; }; }`
    const host = text(filesOf(definition), 'systemd/network/10-ve-demo.network')
    expect(host).toContain('[Network]\nAddress=fc42::1/64\nAddress=192.168.42.1/24\nDHCPServer=false\n')
    expect(host).toContain('IPMasquerade=both\n')
    const inside = evaluated<string>(
      definition,
      'config.virtualisation.nspawn.containers.demo.config.environment.etc."systemd/network/10-container-host0.network".text',
    )
    expect(inside).toContain('[Match]\nKind=veth\nName=host0\nVirtualization=container\n')
    expect(inside).toContain('Address=fc42::2/64\nAddress=192.168.42.2/24\nDHCP=false\n')
    expect(inside).toContain('[Route]\nGateway=192.168.42.1\n')
  })

  test('the definition may extend the network of the host, and the service', () => {
    const files = filesOf(`{
      nixos-nspawn.containers.demo.config = { };
      systemd.network.networks."10-ve-demo" = { networkConfig.IPMasquerade = "no"; dns = [ "192.0.2.1" ]; };
      systemd.network.networks."10-uplink" = throw "of the host alone";
      systemd.services."container@demo".serviceConfig.MemoryMax = "1G";
    }`)
    expect(text(files, 'systemd/network/10-ve-demo.network')).toContain('IPMasquerade=no\n')
    expect(text(files, 'systemd/network/10-ve-demo.network')).toContain('DNS=192.0.2.1\n')
    expect(settings(unitIn(files), 'ExecStartPre')[0]).toMatch(/-container-forwarding link$/)
    expect(settings(unitIn(files), 'MemoryMax')).toEqual(['1G'])
    expect(JSON.parse(text(files, 'extra-container/demo.json')).limits).toEqual({ MemoryMax: 'memory' })
  })

  test('what changes beside the unit changes the unit', () => {
    for (const options of [
      'binds."/data" = { };',
      'network.veth.config.host.networkConfig.DHCPServer = false;',
      'network.veth.zone = "z";',
    ])
      expect(unitIn(of(options))).not.toBe(unit)
  })
})

/** What seed definitions of all options give, with every system's and program's path made the same. */
describe.each(trees)('the nixpkgs base, from %s', (nixpkgs) => {
  const definition = `{
    virtualisation.nspawn = {
      imports = [ { environment.variables.X = "1"; } ];
      containers = {
        demo.config = { };
        path = { path = "/nix/var/nix/profiles/demo"; autoStart = false; restartIfChanged = false; };
        alone = { config = { }; network.veth.enable = false; };
        zone = {
          config = { };
          binds = { "/data" = { hostPath = "/srv"; options = [ "idmap" ]; }; "/ro".readOnly = true; };
          network.veth = {
            zone = "dmz";
            config.host = { networkConfig.DHCPServer = false; cakeConfig.Bandwidth = "10M"; };
            config.container = { networkConfig.DHCP = false; networkConfig.Address = [ "192.0.2.2/24" ]; };
          };
        };
      };
    };
  }`
  const args = `nixpkgs = ${nixpkgs}; facts = { base = "nixpkgs"; };`
  const here = filesOf(definition)
  const there = filesOf(definition, args)
  /** Without the paths of programs, and without what of this machine is in containers of the host base. */
  const plain = (text = '') =>
    text
      .replace(/^Environment="(PATH|HOST_LINKS)=.*\n/gm, '')
      .replace(
        /^(ExecStart=.* "bind-ro" "\/nix\/store" "\/nix\/store" "")( "bind-ro" "\/(usr|etc)[^"]*" "[^"]*" "")*/gm,
        '$1',
      )
      .replace(/^BindReadOnly=\/(usr|etc).*\n/gm, '')
      .replace(/^X-Files=.*/gm, 'X-Files=')
      .replace(/^(Exec\w+=)\S*\/bash /gm, '$1bash ')
      .replace(/\/nix\/store\/\S*-(host|nixos)-system-(\w+)-[\w.-]+/g, 'SYSTEM-$2')

  test('the same files, but that nothing of this machine beside the store is bound', () => {
    expect(Object.keys(there)).toEqual(Object.keys(here))
    for (const [path, file] of Object.entries(there)) {
      if (path.endsWith('.json')) continue
      expect([path, plain(file.text)]).toEqual([path, plain(here[path]?.text)])
      expect(file.link).toBe(here[path]?.link)
    }
    const nspawn = nspawnIn(there, 'zone')
    expect(nspawn.match(/^Bind.*/gm)).toEqual([
      'BindReadOnly=/nix/store:/nix/store',
      'Bind=/srv:/data:idmap',
      'BindReadOnly=/ro:/ro',
    ])
    expect(unitIn(there, 'zone')).toMatch(/^Environment="PATH=.*util-?linux.*/m)
    expect(text(there, 'systemd/network/10-vz-dmz.network')).toMatch(
      /DHCPServer=false\n[\s\S]*\[CAKE\]\nBandwidth=10M\n/,
    )
  })

  test('the system inside', () => {
    const inside = <T>(name: string, path: string) =>
      evaluated<T>(definition, `config.virtualisation.nspawn.containers.${name}.config.${path}`, args)
    expect(inside('demo', 'environment.variables.X')).toBe('1')
    expect(inside('demo', 'networking.hostName')).toBe('demo')
    expect(inside('zone', 'systemd.network.networks."10-container-host0".networkConfig')).toMatchObject({
      DHCP: false,
      Address: ['192.0.2.2/24'],
      MulticastDNS: true,
    })
    expect(inside<object>('alone', 'systemd.network.networks')).toEqual({})
    // Names of neighbours.
    expect(inside('zone', 'system.activationScripts.zone.text')).toContain('/run/zone/hosts /etc/hosts')
  })
})

test('an assertion of the system inside stops the evaluation', () => {
  expect(errorOf('{ nixos-nspawn.containers.demo.config.networking.dhcpcd.enable = true; }')).toContain(
    'networking.dhcpcd.enable is not carried out on the host base',
  )
})

test('the unit tells the kind', () => {
  expect(kindOfUnit(unitIn(of('')))).toBe('nspawn')
})
