/** Every way to give a definition, and what `build` prints. */
import { describe, expect, test } from '@jest/globals'
import { ec, must, sh } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

const folder = '/tmp/ec-test-definitions'
const demo = '{ containers.demo.config.environment.etc.mark.text = "MARK"; }'
const marked = (mark: string): string => demo.replace('MARK', mark)

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  /** What /etc/mark of the started container says; the container is destroyed. */
  async function markOf(args: string[], options: { input?: string; cwd?: string } = {}): Promise<string> {
    await must(host, ['create', '--start', ...args], options)
    const { stdout } = await must(host, ['run', 'demo', '--', 'cat', '/etc/mark'])
    await must(host, ['destroy', 'demo'])
    return stdout
  }

  async function withFiles(files: Record<string, string>, body: () => Promise<void>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      await sh(host, `mkdir -p "$(dirname "${folder}/${name}")"; cat >"${folder}/${name}"`, { input: text })
    }
    try {
      await body()
    } finally {
      await sh(host, `rm -rf ${folder}`)
    }
  }

  test('standard input, with and without "-"', async () => {
    expect(await markOf([], { input: marked('stdin') })).toBe('stdin')
    expect(await markOf(['-'], { input: marked('dash') })).toBe('dash')
  })

  test('-E', async () => {
    expect(await markOf(['-E', marked('expression')])).toBe('expression')
    expect(await markOf(['--expr', marked('long')])).toBe('long')
  })

  test('a file, a folder, and names with spaces', async () => {
    await withFiles({ 'a file.nix': marked('file'), 'folder/default.nix': marked('folder') }, async () => {
      expect(await markOf(['a file.nix'], { cwd: folder })).toBe('file')
      expect(await markOf([`${folder}/folder`])).toBe('folder')
      expect(await markOf(['.'], { cwd: `${folder}/folder` })).toBe('folder')
    })
  })

  test('a file that imports another beside it', async () => {
    const files = {
      'main.nix': '{ imports = [ ./part.nix ]; containers.demo.config.imports = [ ./inner.nix ]; }',
      'part.nix': '{ containers.demo.autoStart = false; }',
      'inner.nix': '{ lib, config, ... }: { environment.etc.mark.text = lib.toUpper config.networking.hostName; }',
    }
    await withFiles(files, async () => {
      expect(await markOf([`${folder}/main.nix`])).toBe('DEMO')
    })
  })

  test('<pwd/...> is the folder of the caller, in -E and on standard input', async () => {
    await withFiles({ 'here.nix': marked('here') }, async () => {
      const definition = '{ imports = [ <pwd/here.nix> ]; }'
      expect(await markOf(['-E', definition], { cwd: folder })).toBe('here')
      expect(await markOf([], { input: definition, cwd: folder })).toBe('here')
    })
  })

  test('-A selects an attribute, also with odd names', async () => {
    const all = `{ x.y = ${marked('nested')}; "a b" = ${marked('space')}; "d.t" = ${marked('dot')}; }`
    expect(await markOf(['-A', 'x.y', '-E', all])).toBe('nested')
    expect(await markOf(['--attr', 'a b', '-E', all])).toBe('space')
    expect(await markOf(['-A', '"d.t"', '-E', all])).toBe('dot')
  })

  test('build prints a store path alone, and create takes it', async () => {
    const built = await must(host, ['build', '-E', marked('built')])
    expect(built.stdout).toMatch(/^\/nix\/store\/[a-z0-9]{32}-[^/\n]+\n$/)
    const path = built.stdout.trim()
    await sh(
      host,
      `test -e ${path}/etc/systemd/system/container@demo.service -a -e ${path}/etc/nixos-containers/demo.conf`,
    )
    expect(await markOf([path])).toBe('built')
  })

  test('the same definition builds to the same path, another to another', async () => {
    const path = async (mark: string) => (await must(host, ['build', '-E', marked(mark)])).stdout
    const first = await path('a')
    expect(await path('a')).toBe(first)
    expect(await path('b')).not.toBe(first)
  })

  test('several containers in one definition', async () => {
    const definition = '{ containers.demo1.config = {}; containers.demo2.config = {}; }'
    await must(host, ['create', '--start', '-E', definition])
    expect((await must(host, ['run', 'demo2', '--', 'hostname'])).stdout).toBe('demo2\n')
    expect((await must(host, ['list'])).stdout).toMatch(/^demo1\ndemo2$/m)
    await must(host, ['destroy', 'demo1', 'demo2'])
  })

  test('create without --start installs only', async () => {
    const created = await must(host, ['create', '-E', marked('off')])
    expect(created.stdout).toBe('Installing containers:\ndemo\n')
    expect((await ec(host, ['status', 'demo'])).stdout).toBe('down\n')
    await must(host, ['destroy', 'demo'])
  })
})
