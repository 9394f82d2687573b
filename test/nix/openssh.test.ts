/** services.openssh: the daemon's configuration and unit. */
import { existsSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { settings } from './evaluate.ts'
import { evalError, evalNix, evalWarnings, root } from './nix.ts'
import { config, system, units } from './system.ts'

const installed = existsSync('/usr/sbin/sshd')
const sshdConfig = (options: string): string =>
  config(`{ services.openssh = { enable = true; ${options} }; }`, 'environment.etc."ssh/sshd_config".text')

test('sshd_config has what the options say', () => {
  const text = sshdConfig(`
    ports = [ 22 2222 ]; listenAddresses = [ { addr = "10.0.0.2"; } { addr = "::1"; port = 23; } ]; banner = "hi";
    settings = { PasswordAuthentication = false; AllowUsers = [ "a" "b" ]; Ciphers = [ "c" "d" ]; MaxAuthTries = 3; };
    hostKeys = [ { type = "rsa"; bits = 2048; path = "/etc/ssh/rsa"; } ]; extraConfig = "Match User x";
  `)
  for (const line of [
    'Port 22',
    'Port 2222',
    'ListenAddress 10.0.0.2',
    'ListenAddress ::1:23',
    'Banner /etc/ssh/banner',
    'PasswordAuthentication no',
    'PermitRootLogin prohibit-password',
    'AllowUsers a b',
    'Ciphers c,d',
    'MaxAuthTries 3',
    'HostKey /etc/ssh/rsa',
    'AuthorizedKeysFile %h/.ssh/authorized_keys /etc/ssh/authorized_keys.d/%u',
    'Subsystem sftp internal-sftp',
  ]) {
    expect(text.split('\n')).toContain(line)
  }
  expect(text.endsWith('Match User x')).toBe(true)
})

test('a setting that is null is left out', () => {
  expect(sshdConfig('settings.PrintMotd = null;')).not.toContain('PrintMotd')
})

test('older names of options set the newer ones', () => {
  const module = '{ services.openssh = { enable = true; passwordAuthentication = false; permitRootLogin = "yes"; }; }'
  const text = config<string>(module, 'environment.etc."ssh/sshd_config".text')
  expect(text).toContain('PasswordAuthentication no\n')
  expect(text).toContain('PermitRootLogin yes\n')
})

test('keys of users are copies that sshd accepts, with text and from files', () => {
  const module = `{ services.openssh.enable = true; users.users.root.openssh.authorizedKeys = {
    keys = [ "ssh-ed25519 AAAA me" ]; keyFiles = [ ${root}/LICENSE ]; }; }`
  const file = evalNix<{ mode: string; text: string }>(
    `{ inherit ((${system(module)}).config.environment.etc."ssh/authorized_keys.d/root") mode text; }`,
  )
  expect(file.mode).toBe('0444')
  expect(file.text).toMatch(/^ssh-ed25519 AAAA me\n.*MIT License/)
})

test('the firewall lets the ports through, unless told not to', () => {
  const ports = (options: string) =>
    config(`{ services.openssh = { enable = true; ${options} }; }`, 'networking.firewall.allowedTCPPorts')
  expect(ports('ports = [ 2222 ];')).toEqual([2222])
  expect(ports('openFirewall = false;')).toEqual([])
})

test('nothing of it is there where it is not enabled', () => {
  expect(units('{ }')['sshd.service']).toBeUndefined()
  expect(evalWarnings(`(${system('{ }')}).config.environment.etc ? "ssh/sshd_config"`)).toBe('')
})

test('the unit makes host keys first, or names the package that is missing', () => {
  const module = '{ services.openssh.enable = true; }'
  if (!installed) {
    expect(evalError(`(${system(module)}).config.system.build.systemdUnits`)).toContain(
      'Install the package openssh-server',
    )
    return
  }
  const text = units(module)['sshd.service']?.text ?? ''
  expect(settings(text, 'ExecStart')).toEqual(['/usr/sbin/sshd -D -f /etc/ssh/sshd_config'])
  expect(settings(text, 'ExecStartPre')[0]).toMatch(/sshd-pre-start$/)
  expect(config(module, 'systemd.services.sshd.preStart')).toContain(
    "ssh-keygen -q -N '' -t ed25519 -f /etc/ssh/ssh_host_ed25519_key",
  )
  expect(units(module)['multi-user.target.wants/sshd.service']).toBeDefined()
})

test('a changed configuration restarts the daemon', () => {
  const triggers = (options: string) =>
    config(`{ services.openssh = { enable = true; ${options} }; }`, 'systemd.services.sshd.restartTriggers')
  expect(triggers('')).toHaveLength(1)
  expect(triggers('')).not.toEqual(triggers('extraConfig = "MaxSessions 3";'))
})
