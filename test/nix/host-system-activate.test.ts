/** Activation, run in a root folder of its own. */
import { existsSync, lstatSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Root, toplevel } from './host-system-build.ts'

let root: Root
beforeEach(() => {
  root = new Root()
})
afterEach(() => root.remove())

const read = (name: string) => readFileSync(join(root.path, name), 'utf8')
const exists = (name: string) => lstatSync(join(root.path, name), { throwIfNoEntry: false }) !== undefined
const entry = (database: string, name: string) =>
  read(`etc/${database}`)
    .split('\n')
    .find((line) => line.startsWith(`${name}:`))

const activate = (config: string) => {
  const path = toplevel(config)
  const result = root.run(`${path}/activate`)
  expect(result).toMatchObject({ status: 0, stderr: '' })
  return path
}

describe('/etc', () => {
  test('links go through /etc/static; modes make copies', () => {
    const path = activate(`{
      users.users.eve = { isNormalUser = true; uid = 1234; };
      environment.etc."a/link".text = "1";
      environment.etc."a/copy" = { text = "2"; mode = "0640"; user = "eve"; group = "users"; };
      environment.etc.off = { text = "3"; enable = false; };
    }`)
    expect(readlinkSync(join(root.path, 'etc/static'))).toBe(`${path}/etc`)
    expect(readlinkSync(join(root.path, 'etc/a/link'))).toBe('/etc/static/a/link')
    expect(readlinkSync(join(root.path, 'etc/systemd/system'))).toBe('/etc/static/systemd/system')
    expect(readlinkSync(join(root.path, 'run/current-system'))).toBe(path)
    const copy = statSync(join(root.path, 'etc/a/copy'))
    expect({ mode: copy.mode & 0o7777, uid: copy.uid, gid: copy.gid }).toEqual({ mode: 0o640, uid: 1234, gid: 100 })
    expect(exists('etc/off')).toBe(false)
  })

  test('what the next system has no more is removed, what others made is kept', () => {
    activate('{ environment.etc."old/deep/link".text = "1"; environment.etc.copy = { text = "2"; mode = "0600"; }; }')
    writeFileSync(join(root.path, 'etc/other'), 'kept')
    activate('{ environment.etc.new.text = "3"; }')
    expect(exists('etc/old')).toBe(false)
    expect(exists('etc/copy')).toBe(false)
    expect(read('etc/other')).toBe('kept')
  })

  test('a link becomes a folder, and a link again', () => {
    const link = '{ pkgs, ... }: { environment.etc.it.source = pkgs.writeTextDir "file" "1"; }'
    activate(link)
    activate('{ environment.etc."it/file".text = "2"; }')
    expect(lstatSync(join(root.path, 'etc/it')).isDirectory()).toBe(true)
    activate(link)
    expect(readlinkSync(join(root.path, 'etc/it'))).toBe('/etc/static/it')
  })

  test('twice gives the same', () => {
    const config = '{ users.users.eve = { isNormalUser = true; password = "x"; }; }'
    activate(config)
    const before = ['passwd', 'group', 'shadow'].map((name) => read(`etc/${name}`))
    activate(config)
    expect(['passwd', 'group', 'shadow'].map((name) => read(`etc/${name}`))).toEqual(before)
  })

  test('a folder in the way of a link is told, and fails the activation', () => {
    activate('{ environment.etc."it/file".text = "1"; }')
    writeFileSync(join(root.path, 'etc/it/mine'), '')
    const result = root.run(`${toplevel('{ environment.etc.it.text = "2"; }')}/activate`)
    expect(result.status).not.toBe(0)
    expect(result.stderr).toContain("'/etc/./it'")
  })
})

describe('users', () => {
  test('numbers, groups and passwords', () => {
    activate(`{
      users.users.zoe = { isNormalUser = true; description = "Zoe \\"Z\\" Z"; extraGroups = [ "wheel" "lab" ]; password = "secret"; };
      users.users.amy = { isNormalUser = true; uid = 1000; hashedPassword = "$y$j9T$abc$def"; shell = "/bin/sh"; };
      users.users.svc = { isSystemUser = true; group = "lab"; };
      users.groups.lab = { gid = 777; members = [ "amy" ]; };
    }`)
    expect(entry('passwd', 'amy')).toBe('amy:x:1000:100::/home/amy:/bin/sh')
    expect(entry('passwd', 'zoe')).toBe('zoe:x:1001:100:Zoe "Z" Z:/home/zoe:/bin/bash')
    expect(entry('passwd', 'svc')).toMatch(/^svc:x:9\d\d:777::\/var\/empty:\/usr\/sbin\/nologin$/)
    expect(entry('group', 'lab')?.split(':').slice(2)).toEqual(['777', expect.stringMatching(/^(amy,zoe|zoe,amy)$/)])
    expect(entry('group', 'wheel')).toMatch(/:zoe$/)
    expect(entry('shadow', 'amy')).toMatch(/^amy:\$y\$j9T\$abc\$def:/)
    expect(entry('shadow', 'zoe')).toMatch(/^zoe:\$/)
    expect(entry('shadow', 'root')).toMatch(/^root:!\*?:/)
    expect(read('etc/group')).not.toContain('secret')
  })

  test('changes of a user are carried out; passwords set inside are kept', () => {
    activate(
      '{ users.users.eve = { isNormalUser = true; extraGroups = [ "wheel" ]; initialHashedPassword = "$6$a$b"; }; }',
    )
    activate(`{ users.users.eve = {
      isNormalUser = true; extraGroups = [ "video" ]; shell = "/bin/sh"; description = "Eve"; hashedPassword = "$6$c$d";
    }; }`)
    expect(entry('passwd', 'eve')).toBe('eve:x:1000:100:Eve:/home/eve:/bin/sh')
    expect(entry('group', 'wheel')).toMatch(/:$/)
    expect(entry('group', 'video')).toMatch(/:eve$/)
    expect(entry('shadow', 'eve')).toMatch(/^eve:\$6\$a\$b:/)
  })

  test('a user that is declared no more goes, others keep their numbers', () => {
    activate('{ users.users.eve.isNormalUser = true; users.users.mia.isNormalUser = true; }')
    activate('{ users.users.abe.isNormalUser = true; users.users.mia.isNormalUser = true; }')
    expect(entry('passwd', 'eve')).toBeUndefined()
    expect(entry('passwd', 'mia')).toMatch(/^mia:x:1001:/)
    expect(entry('passwd', 'abe')).toMatch(/^abe:x:1002:/)
  })

  test('users made inside stay, unless users are not mutable', () => {
    activate('{ }')
    expect(root.run('/usr/sbin/useradd', 'guest').status).toBe(0)
    activate('{ environment.etc.x.text = ""; }')
    expect(entry('passwd', 'guest')).toBeDefined()
    activate('{ users.mutableUsers = false; users.users.root.hashedPassword = "$6$x$y"; }')
    expect(entry('passwd', 'guest')).toBeUndefined()
    expect(entry('shadow', 'root')).toMatch(/^root:\$6\$x\$y:/)
  })

  test('hashedPasswordFile: read inside; one that is missing is told', () => {
    writeFileSync(join(root.path, 'root/hash'), '$6$from$file\n')
    activate('{ users.users.eve = { isNormalUser = true; hashedPasswordFile = "/root/hash"; }; }')
    expect(entry('shadow', 'eve')).toMatch(/^eve:\$6\$from\$file:/)
    rmSync(join(root.path, 'etc'), { recursive: true })
    root.remove()
    root = new Root()
    const path = toplevel('{ users.users.eve = { isNormalUser = true; hashedPasswordFile = "/root/hash"; }; }')
    const { status, stderr } = root.run(`${path}/activate`)
    expect(status).not.toBe(0)
    expect(stderr).toContain('user eve: the password file /root/hash cannot be read')
  })
})

describe('activation scripts', () => {
  test('run in the order of their deps, after users and /etc', () => {
    activate(`{
      system.activationScripts.a = { deps = [ "z" "users" ]; text = "echo a >> /root/log"; };
      system.activationScripts.z.text = "id -u root >> /root/log; cat /etc/hostname >> /root/log";
    }`)
    expect(read('root/log')).toBe('0\ndemo\na\n')
  })

  test('one that fails is named, and the others run', () => {
    const path = toplevel(
      '{ system.activationScripts.bad = "false"; system.activationScripts.good = "touch /root/good"; }',
    )
    const { status, stderr } = root.run(`${path}/activate`)
    expect(status).not.toBe(0)
    expect(stderr).toBe("activate: activation script 'bad' failed in: false\n")
    expect(existsSync(join(root.path, 'root/good'))).toBe(true)
  })
})
