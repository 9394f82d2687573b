/** `--ssh`, `cssh` and `show-host-key`. */
import { describe, expect, test } from '@jest/globals'
import { ec, must, sh } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

const network = '{ containers.demo.extra.addressPrefix = "10.250.7"; }'
const prompt = /[#$] $/
const session = (script: string) => ['shell', '-E', network, '--ssh', '--run', 'bash', '-c', script]

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  test('cssh runs commands: streams, arguments, statuses, many at once, an end by Ctrl-C', async () => {
    const script = `
      cssh hostname
      echo status $?
      printf 'a\\0b\\n' | cssh cat | od -An -c
      cssh 'echo out; echo err >&2' 2>/dev/null
      cssh 'echo out; echo err >&2' 2>&1 >/dev/null
      cssh exit 7; echo exit $?
      cssh 'kill -TERM $$'; echo signal $?
      cssh true <<<unread; cssh -n cat <<<unread; echo input $?
      cssh test -t 0; echo terminal $?
      cssh -t test -t 0; echo with -t $?
      head -c 20000000 /dev/zero | cssh wc -c
      cssh yes | head -n 1; echo pipe \${PIPESTATUS[0]}
      for i in {1..12}; do cssh "sleep 0.5; echo many" & done; wait
      "$EXTRA_CONTAINER_ROOT/bin/cssh" sleep 30 & sleep 1; kill -INT $!; wait $!; echo interrupted $?
      cssh -Q; echo usage $?
      h | grep cssh
    `
    const { stdout, stderr, status } = await ec(host, session(script))
    expect(stderr).toContain('cssh has no option -Q. Show all: cssh --help')
    expect(stdout.replace(/(many\n)+/, (all) => `${all.length / 5} many\n`)).toBe(
      `demo
status 0
   a  \\0   b  \\n
out
err
exit 7
signal 143
input 0
terminal 1
with -t 0
20000000
y
pipe 141
12 many
interrupted 130
usage 2
Run "cssh" for SSH
`,
    )
    expect(status).toBe(0)
  })

  test('cssh on a terminal: hint, login shell, resize, Ctrl-C, and a stop while it is open', async () => {
    const shell = host.open([`${host.root}/bin/extra-container`, 'shell', '-E', network, '--ssh'], {
      env: { EXTRA_CONTAINER_HOME: '/no/home' },
    })
    await shell.shows('Enter "h" for documentation.')
    await shell.shows('\n  ssh -i /tmp/extra-container-ssh/key root@10.250.7.2\r\n')
    await shell.shows(prompt)
    shell.type('cssh\r')
    await shell.shows(/demo\S*[#$] $/)
    shell.type('stty size; echo "term $TERM"; tty\r')
    await shell.shows(/40 100\r\nterm xterm\r\n\/dev\/pts\/\d+\r\n/)
    shell.resize(132, 50)
    await new Promise((resolve) => setTimeout(resolve, 500))
    shell.type('stty size\r')
    await shell.shows('50 132\r\n')
    shell.type('sh -c "echo be\'\'fore; sleep 60"\r')
    await shell.shows('before')
    shell.type('\x03')
    await shell.shows(prompt)
    shell.type('echo "status $?"; exit 5\r')
    await shell.shows('status 130\r\n')
    await shell.shows(prompt)
    // The terminal is as before: the shell outside reads lines, echoes, and gets Ctrl-C.
    shell.type('echo "exit $?"; stty -a | grep -o -w -- -icanon; sleep 60\r')
    await shell.shows('exit 5\r\n')
    await new Promise((resolve) => setTimeout(resolve, 300))
    shell.type('\x03')
    await shell.shows(prompt)
    expect(shell.screen()).not.toContain('\n-icanon')

    shell.type('cssh\r')
    await shell.shows(/demo\S*[#$] $/)
    const before = Date.now()
    await must(host, ['stop', 'demo'])
    expect(Date.now() - before).toBeLessThan(30_000)
    await shell.shows('cssh: The connection to the container has ended.')
    await shell.shows(prompt)
    shell.type('echo "exit $?"; exit\r')
    await shell.shows('exit 255\r\n')
    await shell.ended
  })

  test('-L and -R lead to the other side, -A lends the agent, for that command alone', async () => {
    const script = `
      answer() { for i in {1..50}; do "$@" 2>/dev/null && return; sleep 0.1; done; }
      printf inside | c timeout 20 nc -lN 127.0.0.1 4001 &
      printf outside | timeout 20 nc -lN 127.0.0.1 4002 &
      "$EXTRA_CONTAINER_ROOT/bin/cssh" -NL 4003:127.0.0.1:4001 -R 4004:127.0.0.1:4002 &
      forwarding=$!
      answer eval 'nc -dN 127.0.0.1 4003 | grep inside'
      answer cssh 'nc -dN 127.0.0.1 4004 | grep outside'
      cssh -L 4003:127.0.0.1:4001 true; echo in use $?
      kill $forwarding; wait $forwarding; sleep 0.5
      nc -z 127.0.0.1 4003; echo closed $?
      eval $(ssh-agent) >/dev/null
      cssh -A 'test -S "$SSH_AUTH_SOCK"'; echo agent $?
      cssh 'test -S "$SSH_AUTH_SOCK"'; echo without $?
      kill $SSH_AGENT_PID
      env -u SSH_AUTH_SOCK "$EXTRA_CONTAINER_ROOT/bin/cssh" -A true; echo none $?
    `
    const { stdout, stderr } = await ec(host, session(script))
    expect(stdout).toBe('inside\noutside\nin use 255\nclosed 1\nagent 0\nwithout 1\nnone 2\n')
    expect(stderr).toContain('-L cannot listen on port 4003 of 127.0.0.1: it is in use. Choose another port.')
    expect(stderr).toContain('SSH_AUTH_SOCK is not set')
  })

  test('a foreign host key is refused, a restarted container is reached again, one that is down is named', async () => {
    const script = `
      cssh echo first
      c systemctl restart sshd
      c sh -c 'ssh-keygen -q -t ed25519 -N "" -f /tmp/key && mv /tmp/key.pub /etc/ssh/ssh_host_ed25519_key.pub'
      cssh echo kept
      "$EXTRA_CONTAINER_ROOT/bin/extra-container" restart demo
      cssh echo wrong key; echo $?
      c ln -sf /etc/passwd /etc/ssh/ssh_host_ed25519_key.pub
      cssh echo no key; echo $?
      c sh -c 'ssh-keygen -y -f /etc/ssh/ssh_host_ed25519_key >/tmp/right && mv /tmp/right /etc/ssh/ssh_host_ed25519_key.pub'
      cssh echo right key
      [ "$("$EXTRA_CONTAINER_ROOT/bin/extra-container" show-host-key demo)" = "$(c cat /etc/ssh/ssh_host_ed25519_key.pub)" ]; echo shown $?
      "$EXTRA_CONTAINER_ROOT/bin/extra-container" stop demo
      cssh echo down; echo $?
    `
    const { stdout, stderr } = await ec(host, session(script))
    expect(stdout).toBe('first\nkept\n255\n255\nright key\nshown 0\n255\n')
    expect(stderr).toContain('What answers at the address of container "demo" does not have its host key')
    expect(stderr).toContain('Container "demo" has no /etc/ssh/ssh_host_ed25519_key.pub')
    expect(stderr).toContain('Container "demo" is not running. Start it: extra-container start demo')
  })

  test('create --ssh shows how to connect, and ssh itself gets in', async () => {
    const created = await must(host, ['create', '--start', '--ssh', '-E', network])
    const [, line] =
      /^SSH to demo: (ssh -i \/tmp\/extra-container-ssh\/key root@10\.250\.7\.2)$/m.exec(created.stderr) ?? []
    expect(line).toBeDefined()
    const shown = (await must(host, ['show-host-key', 'demo'])).stdout
    expect(shown).toMatch(/^ssh-ed25519 \S+/)
    const connect = `known=$(mktemp); echo "10.250.7.2 ${shown.trim()}" >$known; ${line} -o UserKnownHostsFile=$known hostname; rm $known`
    expect(await sh(host, connect)).toBe('demo\n')
    await must(host, ['stop', 'demo'])
    expect((await must(host, ['show-host-key', 'demo'])).stdout).toBe(shown)
    await must(host, ['destroy', 'demo'])
  })

  test('what is missing is said with what to do', async () => {
    const noNetwork = await ec(host, ['create', '--ssh', '-E', '{ containers.demo.config = {}; }'])
    expect(noNetwork.stderr).toContain(
      "container 'demo': option extra.enableSSH (--ssh) requires privateNetwork. Set it, or extra.addressPrefix.",
    )
    expect(noNetwork.status).toBe(2)

    const around = { runningShellContainer: 'other', EXTRA_CONTAINER_SSH: '/run/extra-container/ssh-1/socket' }
    const off = await ec(host, ['shell', '-E', network, '--run', 'cssh', 'true'], { env: around })
    expect(off.stderr).toContain('SSH is off in this session. Start it with --ssh')
    expect(off.status).toBe(2)

    const built = (await must(host, ['build', '-E', network])).stdout.trim()
    const keyless = await ec(host, ['shell', built, '--ssh', '--run', 'cssh', 'true'])
    expect(keyless.stderr).toContain(
      '--ssh: container "demo" was built without the key of this machine. Give --ssh to build',
    )
    expect(keyless.status).toBe(2)
  })

  test('a planted key folder is refused, and nothing is written where it leads', async () => {
    await sh(
      host,
      'rm -rf /tmp/extra-container-ssh; mkdir /tmp/ec-planted; ln -s /tmp/ec-planted /tmp/extra-container-ssh',
    )
    try {
      const { stderr, status } = await ec(host, ['create', '--ssh', '-E', network])
      expect(stderr).toContain('/tmp/extra-container-ssh is a link or a file instead of a folder')
      expect(status).toBe(1)
      expect(await sh(host, 'ls /tmp/ec-planted')).toBe('')
    } finally {
      await sh(host, 'rm -r /tmp/ec-planted /tmp/extra-container-ssh')
    }
  })
})
