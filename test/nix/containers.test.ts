import { describe, expect, test } from '@jest/globals'
import { confOf, errorOf, evaluated, filesOf, settings, unitOf } from './evaluate.ts'

const container = (options: string) => `{ containers.demo = { config = { }; ${options} }; }`
const network = 'privateNetwork = true; hostAddress = "10.1.0.1"; localAddress = "10.1.0.2";'
const start = (options: string) => settings(unitOf(container(options)), 'ExecStart')[0] ?? ''
const systemPath = (text: string) => /\/nix\/store\/[^\n]*host-system[^\n]*/.exec(text)?.[0]

describe('the unit', () => {
  const unit = unitOf(container(''))

  test('is what NixOS makes of a container', () => {
    for (const line of [
      'Type=notify',
      'KillMode=mixed',
      'KillSignal=TERM',
      'RestartForceExitStatus=133',
      'SuccessExitStatus=133',
      'Slice=machine.slice',
      'Delegate=true',
      'DevicePolicy=closed',
      'TimeoutStartSec=1min',
      'SyslogIdentifier=container %i',
      'EnvironmentFile=-/etc/nixos-containers/%i.conf',
      'RequiresMountsFor=/var/lib/nixos-containers/%i',
    ])
      expect(unit.split('\n')).toContain(line)
  })

  test('does not change with the system: a change of the configuration is an update in place', () => {
    const other = `{ containers.demo.config = { environment.variables.X = "1"; }; }`
    expect(unitOf(other)).toBe(unit)
    expect(systemPath(confOf(other))).not.toBe(systemPath(confOf(container(''))))
    expect(systemPath(unit)).toBeUndefined()
  })

  test('takes settings of the definition', () => {
    const definition = `{
      containers.demo.config = { };
      systemd.services."container@demo".serviceConfig.MemoryMax = "1G";
      systemd.services."container@demo".serviceConfig.TimeoutStopSec = 5;
    }`
    expect(settings(unitOf(definition), 'MemoryMax')).toEqual(['1G'])
    expect(settings(unitOf(definition), 'TimeoutStopSec')).toEqual(['5'])
  })

  test('has no process beyond the container itself where there is no network of its own', () => {
    for (const name of ['ExecStartPre', 'ExecStartPost', 'ExecStopPost']) expect(settings(unit, name)).toEqual([])
  })

  test('shares its scripts with all others', () => {
    const many = Array.from({ length: 5 }, (_, i) => `c${i} = { ${network} config = { }; };`).join(' ')
    const scripts = Object.values(filesOf(`{ containers = { ${many} }; }`)).flatMap(
      ({ text }) => text?.match(/\/nix\/store\/[a-z0-9]+-container-[a-z-]+/g) ?? [],
    )
    expect(new Set(scripts).size).toBe(5)
  })
})

describe('options', () => {
  test('autoStart', () => {
    const files = filesOf(container('autoStart = true;'))
    expect(files['etc/systemd/system/machines.target.wants/container@demo.service']?.link).toBe(
      '/etc/systemd/system/container@demo.service',
    )
    expect(confOf(container('autoStart = true;'))).toContain('AUTO_START=1\n')
    expect(confOf(container(''))).not.toContain('AUTO_START')
  })

  test('ephemeral', () => {
    const unit = unitOf(container('ephemeral = true;'))
    expect(unit).toContain('Environment="root=/run/nixos-containers/%i"')
    expect(settings(unit, 'ExecStopPost')).toHaveLength(1)
    expect(unit).not.toContain('RequiresMountsFor')
  })

  test('privateNetwork with addresses', () => {
    const unit = unitOf(container(network))
    expect(start(network)).toContain(
      '"--private-network" "--setenv=PRIVATE_NETWORK=1" "--network-veth-extra=ve-demo:eth0"',
    )
    expect(settings(unit, 'ExecStopPost')).toHaveLength(1)
    expect(confOf(container(network))).toContain(
      'HOST_ADDRESS=10.1.0.1\nINTERFACES=""\nLOCAL_ADDRESS=10.1.0.2\nMACVLANS=""\nPRIVATE_NETWORK=1\n',
    )
  })

  test('privateNetwork alone has the loopback interface only', () => {
    expect(start('privateNetwork = true;')).toMatch(/"--private-network" "--setenv=PRIVATE_NETWORK=1"$/)
  })

  test.each([
    ['a name of 12 characters fits', 'abcdefghijkl', 'ends-with', 've-abcdefghijkl'],
    ['a longer one is shortened with a hash', 'abcdefghijklm', 'hash', 've-abcde-'],
  ])('interfaces: %s', (_, name, kind, expected) => {
    const unit = unitOf(`{ containers.${name} = { config = { }; ${network} }; }`, name)
    const link = /HOST_LINKS=([^"]*)"/.exec(unit)?.[1] ?? ''
    expect(link.length).toBeLessThanOrEqual(15)
    if (kind === 'hash') expect(link).toMatch(new RegExp(`^${expected}[0-9a-f]{6}$`))
    else expect(link).toBe(expected)
  })

  test('bind mounts are arguments of their own, so that blanks, % and $ stay', () => {
    const options = String.raw`bindMounts."/mnt/a b".hostPath = "/srv/50% \$x:y"; bindMounts."/rw".isReadOnly = false;`
    expect(start(options)).toContain('"bind-ro" "/srv/50%% $$x:y" "/mnt/a b" "bind" "/rw" "/rw"')
    expect(settings(unitOf(container(options)), 'RequiresMountsFor')).toContain('"/srv/50%% $x:y"')
  })

  test.each([
    ['tmpfs = [ "/var" "/x:size=1M" ];', '"--tmpfs=/var" "--tmpfs=/x:size=1M"'],
    ['additionalCapabilities = [ "CAP_MKNOD" "CAP_SYS_TIME" ];', '"--capability=CAP_MKNOD,CAP_SYS_TIME"'],
    ['enableTun = true;', '"--capability=CAP_NET_ADMIN"'],
    ['privateUsers = "pick";', '"--private-users=pick"'],
    ['privateUsers = 65536;', '"--private-users=65536"'],
    ['networkNamespace = "/run/netns/x";', '"--network-namespace-path=/run/netns/x"'],
    ['interfaces = [ "eth1" ];', '"--network-interface=eth1"'],
    ['macvlans = [ "eth1" ];', '"--network-macvlan=eth1"'],
    ['extraVeths.ve-x.localAddress = "10.2.0.2";', '"--network-veth-extra=ve-x:ve-x"'],
  ])('%s', (options, flag) => {
    expect(start(options)).toContain(flag)
  })

  test.each([
    ['{ hostPort = 80; }', 'tcp:80:80'],
    ['{ protocol = "udp"; hostPort = 1; containerPort = 2; }', 'udp:1:2'],
  ])('forwardPorts = [ %s ]', (port, expected) => {
    const options = `${network} forwardPorts = [ ${port} ];`
    expect(confOf(container(options))).toContain(`HOST_PORT=${expected}\n`)
    expect(settings(unitOf(container(options)), 'ExecStartPre')).toEqual([
      expect.stringMatching(/container-forwarding add$/),
    ])
  })

  test('devices', () => {
    expect(settings(unitOf(container('enableTun = true;')), 'DeviceAllow')).toEqual(['/dev/net/tun rw'])
    const options = 'allowedDevices = [ { node = "/dev/fuse"; modifier = "rwm"; } ];'
    expect(settings(unitOf(container(options)), 'DeviceAllow')).toEqual(['/dev/fuse rwm'])
  })

  test('extraFlags are in the conf, which is split at blanks', () => {
    expect(confOf(container('extraFlags = [ "-U" "--setenv A=1" ];'))).toContain('EXTRA_NSPAWN_FLAGS="-U --setenv A=1"')
  })

  test('path instead of config', () => {
    const definition = '{ containers.demo.path = "/nix/var/nix/profiles/web"; }'
    expect(confOf(definition)).toContain('SYSTEM_PATH=/nix/var/nix/profiles/web\n')
  })

  test('specialArgs reach the modules of config, in imports too', () => {
    const definition = `{ containers.demo = {
      specialArgs.extra = { environment.variables.X = "special"; };
      config = { extra, ... }: { imports = [ extra ]; };
    }; }`
    expect(evaluated(definition, 'containers.demo.config.environment.variables.X')).toBe('special')
  })
})

describe('the system inside', () => {
  test.each([
    ['demo', 'demo'],
    ['a_b-c', 'a-b-c'],
    ['a'.repeat(64), 'a'.repeat(63)],
  ])('the host name of %s', (name, hostName) => {
    const path = `containers."${name}".config.networking.hostName`
    expect(evaluated(`{ containers."${name}".config = { }; }`, path)).toBe(hostName)
  })

  test('the host name is a default', () => {
    const definition = '{ containers.demo.config.networking.hostName = "other"; }'
    expect(evaluated(definition, 'containers.demo.config.networking.hostName')).toBe('other')
  })
})

describe('errors', () => {
  test('a mistyped option is named with the near ones', () => {
    const message = errorOf(container('privateNetwrok = true;'))
    expect(message).toContain('containers.demo.privateNetwrok')
    expect(message).toContain('privateNetwork')
  })

  test('a wrong type is named with the value', () => {
    const message = errorOf(container('autoStart = "yes";'))
    expect(message).toContain('containers.demo.autoStart')
    expect(message).toContain('"yes"')
  })

  test.each(['10.0.0', '10.0.0.1 ', 'fc00::1', '10.0.0.1;reboot'])('%j is no IPv4 address', (address) => {
    const message = errorOf(container(`privateNetwork = true; hostAddress = "${address}";`))
    expect(message).toContain('containers.demo.hostAddress')
    expect(message).toContain('IPv4 address')
  })

  test.each(['nixpkgs', 'flake'])('%s needs nixpkgs', (option) => {
    expect(errorOf(container(`${option} = "/x";`))).toBe(
      `containers.demo.${option}: the host base cannot use it. Remove it, or give a nixpkgs: --nixpkgs-path PATH`,
    )
  })

  test.each([
    ['hostAddress = "10.1.0.1";', 'hostAddress'],
    ['localAddress6 = "fc00::2";', 'localAddress6'],
    ['hostBridge = "br0";', 'hostBridge'],
    ['forwardPorts = [ { hostPort = 1; } ];', 'forwardPorts'],
    ['localMacAddress = "02:00:00:00:00:01";', 'localMacAddress'],
  ])('%s without a private network is an error', (options, option) => {
    expect(errorOf(container(options))).toBe(
      `containers.demo.${option} has no effect without a private network. Set containers.demo.privateNetwork = true, or remove it.`,
    )
  })

  test('forwardPorts needs an address to lead to', () => {
    expect(errorOf(container('privateNetwork = true; forwardPorts = [ { hostPort = 1; } ];'))).toBe(
      "container 'demo': option forwardPorts requires localAddress. Set it, or extra.addressPrefix.",
    )
  })

  test('a container needs config or path', () => {
    expect(errorOf('{ containers.demo = { }; }')).toBe(
      'containers.demo has no system. Set containers.demo.config = { }; or containers.demo.path.',
    )
  })

  test('networkNamespace excludes a private network', () => {
    expect(errorOf(container('privateNetwork = true; networkNamespace = "/run/netns/x";'))).toContain(
      'privateNetwork and networkNamespace exclude each other',
    )
  })

  test('a name of an interface that is too long is an error', () => {
    expect(errorOf(container('extraVeths.ve-much-too-long-a-name = { };'))).toContain(
      'containers.demo.extraVeths."ve-much-too-long-a-name": a name of an interface has 1 to 15 characters',
    )
  })
})
