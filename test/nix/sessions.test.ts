/** What `shell` says to the evaluation: other names, addresses, labs, the working directory. */
import { describe, expect, test } from '@jest/globals'
import { evaluated, filesOf, settings } from './evaluate.ts'

const facts = (value: unknown) => `facts = ''${JSON.stringify(value)}'';`
const two = `{ config, ... }: {
  containers.web.extra.addressPrefix = "auto";
  containers.my_db = { extra.addressPrefix = "10.9.8"; config.environment.etc.x.text = config.containers.web.localAddress; };
}`

test('renamed containers have other files and host names; the definition goes on using its own names', () => {
  const args = facts({ suffix: '-ab12', lab: true })
  const files = filesOf(two, args)
  expect(Object.keys(files).filter((path) => path.includes('web'))).toEqual([
    'etc/extra-container/web-ab12.json',
    'etc/extra-container/web-ab12.peers',
    'etc/nixos-containers/web-ab12.conf',
    'etc/systemd/system/container@web-ab12.service',
  ])
  expect(evaluated(two, 'containers.my_db.config.networking.hostName', args)).toBe('my-db-ab12')
  const needs = JSON.parse(files['etc/extra-container/web-ab12.json']?.text ?? '')
  expect(needs.definedAs).toBe('web')
  expect(evaluated(two, 'containers.my_db.config.environment.etc.x.text', args)).toBe(`${needs.autoPrefix}.2`)
})

test('names stay within 64 characters, and apart', () => {
  const long = 'n'.repeat(63)
  const files = filesOf(
    `{ containers.${long}a.config = { }; containers.${long}b.config = { }; }`,
    facts({ suffix: '-ab12' }),
  )
  const names = Object.keys(files).flatMap((path) => /container@(.*)\.service$/.exec(path)?.[1] ?? [])
  expect(new Set(names).size).toBe(2)
  for (const name of names) expect(name).toMatch(/^.{1,59}-ab12$/)
})

describe('extra.addressPrefix = "auto"', () => {
  const conf = (args: string) =>
    filesOf('{ containers.demo.extra.addressPrefix = "auto"; }', args)['etc/nixos-containers/demo.conf']?.text
  test('is the same each time, and within the pool', () => {
    expect(conf('')).toMatch(/LOCAL_ADDRESS=10\.(19[2-9]|2\d\d)\.\d+\.2\n/)
    expect(conf('')).toBe(conf(''))
    expect(conf(facts({ addressPool: { first: 10 * 65536 + 233 * 256, count: 1 } }))).toContain('=10.233.0.2\n')
  })
  test('is what the program chose', () => {
    expect(conf(facts({ addresses: { demo: '172.16.5' } }))).toContain('HOST_ADDRESS=172.16.5.1\n')
  })
})

describe('extra.lab', () => {
  const hosts = (name: string, args = facts({ lab: true })) =>
    evaluated<Record<string, string[]>>(two, `containers.${name}.config.networking.hosts`, args)
  test('containers know the others, not without it', () => {
    expect(hosts('web')['10.9.8.2']).toEqual(['my_db'])
    expect(hosts('web', '')['10.9.8.2']).toBeUndefined()
    expect(hosts('web', facts({ lab: true, suffix: '-x1' }))['10.9.8.2']).toEqual(['my_db-x1', 'my_db'])
  })
  test("a container without a network of its own is found at the host's address", () => {
    const mixed =
      '{ containers.a.extra.addressPrefix = "10.9.8"; containers.b.config = { }; containers.c.path = "/nix/store/x"; }'
    const args = facts({ lab: true })
    expect(evaluated<Record<string, unknown>>(mixed, 'containers.a.config.networking.hosts', args)['10.9.8.1']).toEqual(
      ['b', 'c'],
    )
    expect(
      evaluated<Record<string, unknown>>(mixed, 'containers.b.config.networking.hosts', args)['127.0.0.1'],
    ).toEqual(['localhost', 'c'])
  })
  test('a lab that grows changes no unit', () => {
    const unit = (definition: string) =>
      filesOf(definition, facts({ lab: true }))['etc/systemd/system/container@web.service']?.text ?? ''
    const three = two.replace(/}$/, 'containers.third.extra.addressPrefix = "10.9.7"; }')
    expect(unit(three)).toBe(unit(two))
    expect(settings(unit(two), 'ExecStartPre')).toEqual([expect.stringMatching(/container-forwarding add$/)])
  })
})

test('--here: the folder, writable, and its user', () => {
  const here = { path: '/srv/p', user: 'alice', uid: 1234, group: 'staff', gid: 500, home: '/home/alice' }
  const args = facts({ extra: { here } })
  const demo = '{ containers.demo.config = { }; }'
  expect(evaluated(demo, 'containers.demo.bindMounts', args)).toEqual({
    '/srv/p': { hostPath: '/srv/p', isReadOnly: false, mountPoint: '/srv/p' },
  })
  expect(evaluated(demo, 'containers.demo.config.users.users.alice.uid', args)).toBe(1234)
  expect(evaluated(demo, 'containers.demo.config.users.groups.staff.gid', args)).toBe(500)
})

test('--no-network: whatever the definition says', () => {
  const demo =
    '{ containers.demo = { extra.addressPrefix = "auto"; extra.enableWAN = true; forwardPorts = [ { hostPort = 80; } ]; }; }'
  const files = filesOf(demo, facts({ extra: { noNetwork: true } }))
  expect(files['etc/nixos-containers/demo.conf']?.text).toContain('PRIVATE_NETWORK=1')
  expect(files['etc/nixos-containers/demo.conf']?.text).not.toContain('ADDRESS=')
  expect(JSON.parse(files['etc/extra-container/demo.json']?.text ?? '')).toMatchObject({
    autoPrefix: null,
    forwarded: [],
  })
})
