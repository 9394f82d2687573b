/** The interactive `shell` as a user has it, on a real terminal. */
import { describe, expect, test } from '@jest/globals'
import { sh, until } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

const definition = '{ containers.demo.config = {}; }'
const slow = `{
  containers.demo.config.systemd.services.slow = {
    wantedBy = [ "multi-user.target" ];
    before = [ "multi-user.target" ];
    serviceConfig.Type = "oneshot";
    script = "sleep 60";
  };
}`
const building = `{
  containers.demo.config.environment.etc.slow.source = derivation {
    name = "slow"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" "exec /usr/bin/sleep 61" ];
  };
}`
/** Ends of a prompt that nobody has set. */
const prompt = /[#$] $/

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  const open = (text: string, args: string[] = [], env: Record<string, string> = {}) =>
    host.open([`${host.root}/bin/extra-container`, 'shell', '-E', text, ...args], {
      env: { EXTRA_CONTAINER_HOME: '/no/home', ...env },
    })
  const booting = () =>
    until('the container boots', async () => (await sh(host, 'pgrep --full "[s]ystemd-nspawn.*demo" || :')) !== '')
  const nixBuilds = () => until('Nix builds', async () => (await sh(host, 'pgrep --full "[s]leep 61" || :')) !== '')

  test("has the caller's prompt, aliases and PATH, its helpers and variables; its status is the exit status", async () => {
    const rc = `
      PS1="own prompt> "; alias greet="echo hello from"; alias c=false; h() { echo own h; }; PATH=/bin
      bind "set enable-bracketed-paste off"`
    await sh(host, 'mkdir /tmp/ec-test-home; printf %s "$RC" >/tmp/ec-test-home/.bashrc', { env: { RC: rc } })
    const shell = open(definition, [], { EXTRA_CONTAINER_HOME: '/tmp/ec-test-home' })
    await shell.shows('Enter "h" for documentation.')
    await shell.shows('own prompt> ')
    shell.type('greet "$name, ip $ip, $HOME $PATH"\r')
    await shell.shows('\nhello from demo, ip , /root /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\r\n')
    shell.type('h\r')
    await shell.shows('\nContainer filesystem: /var/lib/nixos-containers/demo\r\n')
    shell.type('c hostname; exit 7\r')
    await shell.shows('\ndemo\r\n')
    await shell.shows('Destroying container.')
    expect(await shell.ended).toBe(7)
    await sh(host, 'rm -r /tmp/ec-test-home')
  })

  test('a nested call updates the container and opens no second shell, and Ctrl-D ends the session', async () => {
    const shell = open(definition)
    await shell.shows(prompt)
    const changed = '{ containers.demo.config.environment.etc.mark.text = "new"; }'
    shell.type(`c touch /root/kept; extra-container shell -E '${changed}'; echo "status $? $SHLVL"\r`)
    await shell.shows('Updating containers:\r\ndemo\r\n')
    const level = /status 0 (\d)/.exec(await shell.shows(/^status 0 \d/m))?.[1]
    shell.type('c sh -c "cat /etc/mark; ls /root"; echo " $SHLVL"\r')
    await shell.shows(`\nnewkept\r\n ${level}\r\n`)
    await shell.shows(prompt)
    shell.type('\x04')
    expect(await shell.ended).toBe(0)
    expect(shell.screen().match(/Starting shell/g)).toHaveLength(1)
  })

  test('Ctrl-C while the container starts opens the shell, and it goes on starting', async () => {
    const shell = open(slow)
    await booting()
    shell.type('\x03')
    await shell.shows('demo goes on starting.')
    await shell.shows(prompt)
    shell.type('until [[ $(c systemctl is-system-running 2>&1) == starting ]]; do sleep 0.1; done; exit 3\r')
    expect(await shell.ended).toBe(3)
  })

  test('the terminal is closed at the prompt: destroyed', async () => {
    const shell = open(definition)
    await shell.shows(prompt)
    shell.close()
    await shell.ended
  })

  test("the terminal of the user's own shell is closed: destroyed", async () => {
    const own = host.open(['bash', '--norc', '-i'], {
      env: { EXTRA_CONTAINER_HOME: '/no/home', DEFINITION: definition },
    })
    await own.shows(prompt)
    own.type('extra-container shell -E "$DEFINITION"\r')
    await own.shows('Starting shell.')
    await own.shows(prompt)
    own.close()
    await until('it is destroyed', async () => (await sh(host, 'ls /var/lib/nixos-containers')) === '')
  })

  test('the terminal is closed while a program of the container has it: destroyed', async () => {
    const shell = open(definition)
    await shell.shows(prompt)
    shell.type('c sh -c "echo be""fore; sleep 62"\r')
    await shell.shows('before')
    shell.close()
    await shell.ended
  })

  test.each([
    { when: 'the container starts', text: slow, ready: booting },
    {
      when: 'its system is built',
      text: building,
      ready: nixBuilds,
    },
  ])('closed, or SIGTERM, while $when: nothing is left', async ({ text, ready }) => {
    const closed = open(text)
    await ready()
    closed.close()
    await closed.ended
    const told = open(text)
    await ready()
    told.signal('SIGTERM')
    expect(await told.ended).toBe(143)
  })

  test('Ctrl-C while its system is built, and Ctrl-\\ while it starts, end the session', async () => {
    const built = open(building)
    await nixBuilds()
    built.type('\x03')
    expect(await built.ended).toBe(130)
    const starting = open(slow)
    await booting()
    starting.type('\x1c')
    expect(await starting.ended).toBe(131)
  })

  test('SIGTERM and SIGHUP at the prompt: destroyed, with their status', async () => {
    for (const [signal, status] of [
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const) {
      const shell = open(definition)
      await shell.shows(prompt)
      shell.signal(signal)
      expect(await shell.ended).toBe(status)
    }
  })

  test('--no-destroy leaves it, and the next takes it as it is; --destroy in a session begins anew', async () => {
    const kept = open(definition, ['-n'])
    await kept.shows(prompt)
    kept.type('c touch /root/kept; exit\r')
    expect(await kept.ended).toBe(0)
    const again = open(definition, ['-n'], { DEFINITION: definition })
    await again.shows(prompt)
    again.type('c ls /root; extra-container shell -E "$DEFINITION" -d --run c ls /root; echo "status $?"; exit\r')
    await again.shows('\nkept\r\n')
    await again.shows('\nstatus 0\r\n')
    await again.ended
    expect(again.screen().match(/^kept/gm)).toHaveLength(1)
  })
})
