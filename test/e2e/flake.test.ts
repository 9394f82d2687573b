/** Containers from flakes: --flake, what lib.buildContainers makes, and its runner. The flakes' nixpkgs is a fixture. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ec, must, sh } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

const folder = '/tmp/ec-test-flake'
const nix = "nix --extra-experimental-features 'nix-command flakes' --offline"

const plain = `{
  outputs = { self }: {
    containers.demo.config.environment.etc.mark.text = "plain<\${builtins.getEnv "HOME"}>";
    definitions.upper = { lib, ... }: { containers.demo.config.environment.etc.mark.text = lib.toUpper "module"; };
    outside.containers.demo.config.environment.etc.mark.text = builtins.readFile "/etc/passwd";
  };
}`

const made = `{
  inputs.nixpkgs.url = "path:${folder}/nixpkgs";
  inputs.extra-container.url = "path:${folder}/tool";
  inputs.extra-container.inputs.nixpkgs.follows = "nixpkgs";
  outputs = { self, nixpkgs, extra-container }: extra-container.lib.eachSupportedSystem (system: {
    packages.default = extra-container.lib.buildContainers {
      inherit system;
      config.containers.demo.config = { lib, ... }: { environment.etc.mark.text = lib.toUpper "built"; };
    };
  }) // {
    parts.evaluated = (extra-container.lib.evalContainers { system = "x86_64-linux"; config.containers.demo.config = { }; }).containers.demo.config.networking.hostName;
    parts.module = (extra-container.nixosModules.default { pkgs = nixpkgs.legacyPackages.x86_64-linux; }).boot;
    parts.overlay = (extra-container.overlays.default nixpkgs.legacyPackages.x86_64-linux { }).extra-container.name;
    parts.shell = extra-container.devShells.x86_64-linux.default.shellHook;
  };
}`

/** Its nixpkgs is the stand-in that evaluates as the nixpkgs base demands, here with all that it needs in one folder. */
const ofNixpkgs = `{
  inputs.nixpkgs = { url = "path:${folder}/stand-in"; flake = false; };
  outputs = { self, nixpkgs }: {
    containers.demo = { extra.addressPrefix = "10.250.7"; config.environment.etc.mark.text = "of nixpkgs"; };
  };
}`

const standIn = (root: string) => String.raw`
  cp -r ${root}/test/nix/fixtures/nixpkgs/26.11 stand-in
  cp -r ${root}/test/nix/fixtures/nixpkgs/common stand-in/common
  mkdir stand-in/own; cp -r ${root}/nix stand-in/own/nix
  find stand-in/nixos -name '*.nix' -exec sed -i -E 's|\.\./((\.\./)*common)|\1|' {} +
  sed -i 's|\.\./common|./common|' stand-in/default.nix
  sed -i -E 's|(\.\./)+nix/bases|../own/nix/bases|' stand-in/lib/*.nix stand-in/common/*.nix
`

describe.each(hosts)('on $name', (host) => {
  beforeAll(async () => {
    const write = (name: string, text: string) =>
      sh(host, `mkdir -p ${folder}/${name}; cat >${folder}/${name}/flake.nix`, { input: text })
    await write('plain', plain)
    await write('made', made)
    await write('nixos', ofNixpkgs)
    await sh(
      host,
      `cd ${folder}
       cp -r ${host.root}/test/fixtures/nixpkgs nixpkgs
       grep -rl @root@ nixpkgs | xargs sed -i 's|@root@|${host.root}|'
       ${standIn(host.root)}
       mkdir tool; cp -r ${host.root}/{flake.nix,package.nix,package.json,package-lock.json,nix} tool`,
    )
  })
  afterAll(() => sh(host, `rm -rf ${folder}`))

  watchLeftovers(host)

  const markOf = async (flake: string) =>
    (await must(host, ['shell', '--flake', flake, '--run', 'c', 'cat', '/etc/mark'], { cwd: `${folder}/plain` })).stdout

  test('its containers, one of them by name, and a definition among its outputs', async () => {
    expect(await markOf('.')).toBe('plain<>')
    await must(host, ['create', '--flake', '.#definitions.upper'], { cwd: `${folder}/plain` })
    expect(await sh(host, `cat $(sed -n s/^SYSTEM_PATH=//p /etc/nixos-containers/demo.conf)/etc/mark`)).toBe('MODULE')
    const destroyed = await must(host, ['destroy', '--flake', `${folder}/plain#demo`])
    expect(destroyed.stdout).toBe('Destroying containers:\ndemo\n')
  })

  test('what it does not have, and what it may not read', async () => {
    const refused = async (flake: string) => {
      const result = await ec(host, ['create', '--flake', flake])
      expect(result).toMatchObject({ status: 2, stdout: '' })
      return result.stderr
    }
    expect(await refused(`${folder}/plain#web`)).toMatch(/'containers\.web'[\s\S]*definitions/)
    expect(await refused(`${folder}/plain#outside`)).toContain('/etc/passwd')
    expect(await refused(folder)).toContain(`There is no ${folder}/flake.nix`)
  })

  test('what buildContainers makes is a package that --flake takes and that runs itself', async () => {
    const cwd = `${folder}/made`
    await sh(host, `${nix} flake lock`, { cwd })
    const { stdout } = await must(host, ['build', '--flake', '.'], { cwd })
    const package_ = stdout.trim()
    const run = (args: string) => sh(host, `PATH=${host.root}/bin:$PATH ${package_}/bin/container ${args}`, { cwd })
    expect(await run('--run c cat /etc/mark')).toBe('BUILT')
    expect(await run('create')).toBe('Installing containers:\ndemo\n')
    expect(await run('destroy')).toBe('Destroying containers:\ndemo\n')
    const parts = JSON.parse(await sh(host, `${nix} eval --impure --json .#parts`, { cwd }))
    expect(parts).toEqual({
      evaluated: 'demo',
      module: { extraSystemdUnitPaths: ['/etc/systemd-mutable/system'] },
      overlay: expect.stringMatching(/^extra-container-\d/),
      shell: expect.stringContaining('NIX_PATH=nixpkgs=/nix/store/'),
    })
  })

  test('with an input nixpkgs its containers are of that, and --ssh is for them too, built or not', async () => {
    const cwd = `${folder}/nixos`
    await sh(host, `${nix} flake lock`, { cwd })
    const { stdout } = await must(host, ['build', '--flake', '.#demo', '--ssh'], { cwd })
    const built = stdout.trim()
    // What only nixpkgs's own module for containers knows.
    expect(await sh(host, `cat ${built}/etc/systemd/system/container@demo.service`)).toContain('OF_HOST=systemd nix')

    const shell = ['--ssh', '--run', 'cssh', 'cat', '/etc/mark']
    for (const definition of [['--flake', '.'], [built]]) {
      expect((await must(host, ['shell', ...definition, ...shell], { cwd })).stdout).toBe('of nixpkgs')
    }
    const keyless = (await must(host, ['build', '--flake', '.'], { cwd })).stdout.trim()
    expect((await ec(host, ['shell', keyless, ...shell])).stderr).toContain('was built without the key of this machine')
  })
})
