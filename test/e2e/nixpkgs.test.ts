/** Containers of nixpkgs: over stand-ins with the interfaces of 20.09 and 26.11, from build to destroy. */
import { describe, expect, test } from '@jest/globals'
import { ec, must, sh } from './harness/commands.ts'
import { hosts, type TestHost } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

const fixtures = (host: TestHost) => `${host.root}/test/nix/fixtures/nixpkgs`
const definition = (mark: string) =>
  `{ networking.nat.enable = true; systemd.services."container@np".serviceConfig.OOMScoreAdjust = 77;
     containers.np = { extra.addressPrefix = "10.212.7"; config = {
       environment.etc.mark.text = "${mark}";
       systemd.services.stays = { wantedBy = [ "multi-user.target" ]; script = "exec sleep infinity"; };
     }; }; }`

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  test.each(['20.09', '26.11'])('nixpkgs %s: build, create, update in place, destroy', async (release) => {
    const nixpkgs = ['--nixpkgs-path', `./${release}`]
    const at = { cwd: fixtures(host) }
    const pid = () => sh(host, `${host.root}/bin/extra-container run np -- systemctl show -P MainPID stays`)

    const built = await must(host, ['build', '-E', definition('one'), ...nixpkgs], at)
    expect({ ...built, stdout: built.stdout.replace(/[a-z0-9]{32}/, 'HASH') }).toMatchObject({
      stdout: '/nix/store/HASH-etc\n',
      stderr: '',
    })
    await must(host, ['create', '-s', '-E', definition('one'), ...nixpkgs], at)
    const unit = await sh(host, 'cat /etc/systemd-mutable/system/container@np.service')
    expect(unit).toContain('EnvironmentFile=-/etc/nixos-containers/%i.conf\n')
    expect(unit).toContain('root=/var/lib/nixos-containers/%i"\n')
    expect(unit).toContain('OOMScoreAdjust=77\n')
    // What only nixpkgs's own module for containers knows.
    expect(unit).toContain('OF_HOST=systemd nix')
    expect((await must(host, ['run', 'np', '--', 'cat', '/etc/mark'])).stdout).toBe('one')

    const before = await pid()
    expect((await must(host, ['create', '-u', '-E', definition('two'), ...nixpkgs], at)).stdout).toContain('Updating')
    expect((await must(host, ['run', 'np', '--', 'cat', '/etc/mark'])).stdout).toBe('two')
    expect(await pid()).toBe(before)

    await must(host, ['destroy', '-E', definition('two'), ...nixpkgs], at)
    expect((await must(host, ['list'])).stdout).toBe('')
  })

  test('<nixpkgs/nixos> of NIX_PATH, --nixos-path, --base; without any, the program says what it takes', async () => {
    const base = async (args: string[], env: Record<string, string> = {}) => {
      const { stdout, stderr } = await must(host, ['build', '-E', '{ containers.np.config = { }; }', ...args], { env })
      const unit = await sh(host, `cat ${stdout.trim()}/etc/systemd/system/container@np.service`)
      return [unit.includes('OF_HOST') ? 'nixpkgs' : 'host', stderr]
    }
    const found = { NIX_PATH: `nixpkgs=${fixtures(host)}/26.11` }
    expect(await base([], found)).toEqual(['nixpkgs', ''])
    expect(await base(['--base', 'host'], found)).toEqual(['host', ''])
    expect(await base(['--nixos-path', `${fixtures(host)}/20.09/nixos`])).toEqual(['nixpkgs', ''])
    expect(await base([])).toEqual(['host', expect.stringMatching(/^No nixpkgs in NIX_PATH: [^\n]*\n$/)])
    const none = await ec(host, ['build', '--base', 'nixpkgs', '-E', '{ containers.np.config = { }; }'])
    expect(none).toMatchObject({ status: 2, stderr: expect.stringContaining('There is no nixpkgs') })
  })

  test('build --dry-run says what would be built, and builds nothing', async () => {
    const args = ['build', '--dry-run', '-E', definition(`dry-${Date.now()}`), '--base', 'host']
    const { stdout } = await must(host, args)
    const [etc] = /\/nix\/store\/\S+-etc\.drv/.exec(stdout) ?? []
    expect(stdout).toMatch(/derivations will be built:/)
    expect(await sh(host, `nix-store -q --outputs ${etc} | while read -r out; do [[ ! -e $out ]]; done`)).toBe('')
  })
})
