import { describe, expect, test } from '@jest/globals'
import { confOf, errorOf, evaluated, settings, unitOf } from './evaluate.ts'

const container = (options: string) => `{ containers.demo = { config = { }; ${options} }; }`
const prefix = 'extra.addressPrefix = "10.250.0";'
const inside = <T>(options: string, path: string, args = '') =>
  evaluated<T>(container(options), `containers.demo.config.${path}`, args)

describe('extra.addressPrefix', () => {
  test('sets up a private network', () => {
    const conf = confOf(container(prefix))
    for (const line of ['PRIVATE_NETWORK=1', 'HOST_ADDRESS=10.250.0.1', 'LOCAL_ADDRESS=10.250.0.2'])
      expect(conf.split('\n')).toContain(line)
  })

  test('leaves room for an address of the definition', () => {
    expect(confOf(container(`${prefix} localAddress = "10.250.0.9";`))).toContain('LOCAL_ADDRESS=10.250.0.9\n')
  })

  test('is three numbers', () => {
    expect(errorOf(container('extra.addressPrefix = "10.250.0.1";'))).toContain('containers.demo.extra.addressPrefix')
  })
})

describe('extra.enableWAN', () => {
  test('adds rules before the start and removes them after the stop', () => {
    const unit = unitOf(container(`${prefix} extra.enableWAN = true;`))
    expect(settings(unit, 'ExecStartPre')).toEqual([expect.stringMatching(/container-forwarding add wan$/)])
    expect(settings(unit, 'ExecStopPost')).toContainEqual(expect.stringMatching(/container-forwarding remove$/))
  })

  test('nothing without it, or without a private network', () => {
    expect(unitOf(container(prefix))).not.toContain('container-forwarding')
    expect(unitOf(container('extra.enableWAN = true;'))).not.toContain('container-forwarding')
  })

  test('requires localAddress', () => {
    expect(errorOf(container('privateNetwork = true; extra.enableWAN = true;'))).toBe(
      "container 'demo': option extra.enableWAN requires localAddress. Set it, or extra.addressPrefix.",
    )
  })
})

describe('extra.exposeLocalhost', () => {
  test('forwards to localhost', () => {
    const script = inside<string>(
      `${prefix} extra.exposeLocalhost = true;`,
      'systemd.services.forward-to-localhost.script',
    )
    expect(script).toContain('-d 10.250.0.2 -j DNAT --to-destination 127.0.0.1')
  })

  test('requires localAddress', () => {
    expect(errorOf(container('privateNetwork = true; extra.exposeLocalhost = true;'))).toContain(
      "container 'demo': option extra.exposeLocalhost requires localAddress.",
    )
  })
})

describe('extra.firewallAllowHost', () => {
  test('accepts what the host sends', () => {
    expect(inside(`${prefix} extra.firewallAllowHost = true;`, 'networking.firewall.extraCommands')).toContain(
      'iptables -w -A nixos-fw -s 10.250.0.1 -j ACCEPT',
    )
  })

  test('requires hostAddress', () => {
    expect(errorOf(container('privateNetwork = true; extra.firewallAllowHost = true;'))).toContain(
      "container 'demo': option extra.firewallAllowHost requires hostAddress.",
    )
  })
})

describe('extra.enableSSH', () => {
  const facts = `facts = ''{"sshKey":"ssh-ed25519 AAAA test"}'';`
  const keys = 'users.users.root.openssh.authorizedKeys.keys'

  test('is the default where there is a key, and installs it', () => {
    expect(inside(prefix, 'services.openssh.enable', facts)).toBe(true)
    expect(inside(prefix, keys, facts)).toEqual(['ssh-ed25519 AAAA test'])
    expect(inside(prefix, 'services.openssh.enable')).toBe(false)
  })

  test('can be switched off', () => {
    expect(inside(`${prefix} extra.enableSSH = false;`, keys, facts)).toEqual([])
  })

  test('requires a private network', () => {
    expect(errorOf(container(''), facts)).toBe(
      "container 'demo': option extra.enableSSH (--ssh) requires privateNetwork. Set it, or extra.addressPrefix.",
    )
  })
})

test('a mistyped extra option is named', () => {
  expect(errorOf(container('extra.enableWan = true;'))).toContain('containers.demo.extra.enableWan')
})
