import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { build, withPkgs } from './host-system-build.ts'
import { evalError, evalNix, root } from './nix.ts'

const value = <T = unknown>(expression: string) => evalNix<T>(withPkgs(expression))
const built = (expression: string, options: string[] = []) => build(withPkgs(expression), options)
/** The content of a file that an expression makes, whether or not by a build. */
const content = (file: string) => readFileSync(built(`pkgs.runCommand "copy" { } "cat \${${file}} > $out"`), 'utf8')

describe('packages of this machine', () => {
  test('stand for /usr', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Nix code
    expect(value('"${pkgs.coreutils}/bin/ls"')).toBe('/usr/bin/ls')
    expect(value('[ (lib.getExe pkgs.bashInteractive) (lib.makeBinPath [ pkgs.gnugrep ]) pkgs.gnused.pname ]')).toEqual(
      ['/usr/bin/bash', '/usr/bin', 'gnused'],
    )
  })

  test('are there for every program', () => {
    const programs = readdirSync('/usr/bin').filter((name) => /^[a-z]+$/.test(name) && name !== 'lib')
    expect(programs.length).toBeGreaterThan(100)
    const names = JSON.stringify(JSON.stringify(programs))
    expect(value(`lib.all (name: pkgs ? \${name}) (builtins.fromJSON ${names})`)).toBe(true)
  })

  test('are packages for the option types', () => {
    expect(value('lib.types.package.check pkgs.coreutils && lib.isDerivation pkgs.bash')).toBe(true)
  })

  test('have the programs of /usr/sbin in bin, too', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Nix code
    const path = built('pkgs.runCommand "links" { } "ls ${pkgs.iptables}/bin > $out"')
    expect(readFileSync(path, 'utf8').split('\n')).toEqual(expect.arrayContaining(['iptables', 'ip6tables-save']))
  })

  test('tell what to install where the program is missing', () => {
    expect(
      evalError(withPkgs('pkgs.hostPackage { name = "frob"; program = "frobnicate"; apt = "libfrob-bin"; }')),
    ).toBe("pkgs.frob: this machine has no program 'frobnicate'. Install it: apt install libfrob-bin")
  })

  test('cannot be overridden, and say what can', () => {
    expect(evalError(withPkgs('pkgs.bash.overrideAttrs (_: { })'))).toContain('That needs nixpkgs: give one with')
  })
})

describe('files from text', () => {
  test('writeText without references needs no build', () => {
    expect(value('pkgs.writeText "a.conf" "x = 1" ? drvPath')).toBe(false)
    expect(content('pkgs.writeText "a.conf" "x = 1"')).toBe('x = 1')
  })

  test('writeText with references to builds keeps them', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Nix code
    const path = built('pkgs.writeText "a" "see ${pkgs.writeScript "b" "c"}"')
    const script = readFileSync(path, 'utf8').replace('see ', '')
    expect(readFileSync(script, 'utf8')).toBe('c')
    expect(statSync(script).mode & 0o111).toBe(0o111)
  })

  test('texts longer than an environment variable', () => {
    const path = built('pkgs.writeScript "long" (lib.concatStrings (lib.genList (_: "0123456789") 20000))')
    expect(statSync(path).size).toBe(200_000)
  })

  test('writeShellScriptBin and writeShellApplication run', () => {
    const script = built('pkgs.writeShellScriptBin "hi" "echo hi $1"')
    expect(spawnSync(`${script}/bin/hi`, ['you'], { encoding: 'utf8' }).stdout).toBe('hi you\n')
    const app = built(`pkgs.writeShellApplication {
      name = "app"; runtimeInputs = [ (pkgs.writeShellScriptBin "dep" "echo from dep") ]; text = "dep; false; echo no";
    }`)
    const { status, stdout } = spawnSync(`${app}/bin/app`, { encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 1, stdout: 'from dep\n' })
  })

  test('formats', () => {
    const generated = (format: string, settings: string) => content(`(pkgs.formats.${format}).generate "x" ${settings}`)
    expect(JSON.parse(generated('json { }', '{ a.b = [ 1 null true ]; }'))).toEqual({ a: { b: [1, null, true] } })
    expect(generated('ini { }', '{ web.port = 80; }')).toBe('[web]\nport=80\n')
    expect(generated('keyValue { }', '{ a = "b"; }')).toBe('a=b\n')
    expect(generated('toml { }', '{ a = 1; t.b = [ "x" ]; l = [ { c = true; } ]; n = null; }')).toBe(
      'a = 1\n\n[[l]]\nc = true\n\n[t]\nb = ["x"]\n',
    )
  })
})

describe('trees', () => {
  test('symlinkJoin: the first package wins, programs of this machine are linked', () => {
    const path = built(`pkgs.symlinkJoin {
      name = "all";
      paths = [ (pkgs.writeTextDir "share/a b" "one") (pkgs.writeTextDir "share/a b" "two") (pkgs.writeTextDir "c" "3") pkgs.bash ];
      postBuild = "echo done > $out/post";
    }`)
    expect(readFileSync(join(path, 'share/a b'), 'utf8')).toBe('one')
    expect(readFileSync(join(path, 'c'), 'utf8')).toBe('3')
    expect(readFileSync(join(path, 'post'), 'utf8')).toBe('done\n')
    expect(readlinkSync(join(path, 'bin/bash'))).toBe('/usr/bin/bash')
  })

  test('buildEnv links the folders that were asked for', () => {
    const path = built(`pkgs.buildEnv {
      name = "env"; pathsToLink = [ "/share" ]; paths = [ (pkgs.writeTextDir "share/x" "1") (pkgs.writeTextDir "etc/y" "1") ];
    }`)
    expect(existsSync(join(path, 'share/x'))).toBe(true)
    expect(existsSync(join(path, 'etc'))).toBe(false)
  })

  test('linkFarm', () => {
    expect(readlinkSync(join(built('pkgs.linkFarm "farm" { "a/b" = "/usr/bin/env"; }'), 'a/b'))).toBe('/usr/bin/env')
  })
})

describe('stdenv.mkDerivation', () => {
  const example = (attributes: string) => `pkgs.stdenv.mkDerivation {
    pname = "example"; version = "1"; src = ${root}/nix/systemd; ${attributes}
  }`

  test('runs phases and hooks in their order', () => {
    const path = built(
      example(`
        postUnpack = "echo unpacked > log";
        patchPhase = "echo patched >> log";
        preBuild = "echo built >> log";
        installPhase = "runHook preInstall; mkdir $out; cp log render.nix $out; runHook postInstall";
        preInstall = "echo installed >> log";
      `),
    )
    expect(path).toMatch(/-example-1$/)
    expect(readFileSync(join(path, 'log'), 'utf8')).toBe('unpacked\npatched\nbuilt\ninstalled\n')
    expect(existsSync(join(path, 'render.nix'))).toBe(true)
  })

  test('says so where nothing was installed', () => {
    expect(() => built(example('installPhase = "true";'))).toThrow('The installPhase made no $out')
  })

  test('runCommand has its attributes in the environment', () => {
    expect(readFileSync(built('pkgs.runCommand "x" { who = "you"; } "echo $who > $out"'), 'utf8')).toBe('you\n')
  })
})

describe('in the sandbox', () => {
  const sandboxed = ['--option', 'sandbox', 'true', '--option', 'sandbox-fallback', 'false']

  test('builds need nothing of this machine', () => {
    const stamp = `${process.pid}-${Date.now()}`
    const path = built(
      `pkgs.symlinkJoin {
        name = "sandboxed"; paths = [ (pkgs.writeTextDir "a/b" "${stamp}") (pkgs.runCommand "c" { } "mkdir $out; ls /usr > $out/c 2>/dev/null || echo ${stamp} > $out/c") ];
      }`,
      sandboxed,
    )
    expect(readFileSync(join(path, 'a/b'), 'utf8')).toBe(stamp)
    expect(readFileSync(join(path, 'c'), 'utf8')).toBe(`${stamp}\n`)
  })

  test('a program of this machine that a build misses is told with the way out', () => {
    expect(() => built(`pkgs.runCommand "x${process.pid}" { } "gcc --version > $out"`, sandboxed)).toThrow(
      "Nix's sandbox hides this machine's programs",
    )
  })
})
