/** `c` with a terminal: one of the container's own where the caller has one, none where not. */
import { describe, expect, test } from '@jest/globals'
import { sh } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

const definition = '{ containers.demo.config = { users.users.alice = { isNormalUser = true; uid = 1234; }; }; }'
const prompt = /[#$] $/

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  const open = (...args: string[]) =>
    host.open([`${host.root}/bin/extra-container`, 'shell', '-E', definition, ...args], {
      env: { EXTRA_CONTAINER_HOME: '/no/home' },
    })

  test('--run c: a shell inside, with job control, on a terminal that has the size of the own one', async () => {
    const shell = open('--run', 'c')
    await shell.shows(prompt)
    shell.type('hostname; stty size; tty; echo "shell $SHELL"\r')
    await shell.shows(/^demo\r\n40 100\r\n\/dev\/pts\/\d+\r\nshell \/bin\/bash\r\n/m)
    shell.resize(132, 50)
    shell.type('stty size\r')
    await shell.shows('\n50 132\r\n')
    shell.type('sleep 62\r')
    await shell.shows('sleep 62\r\n')
    // A key before sleep has the terminal goes to the shell.
    await new Promise((resolve) => setTimeout(resolve, 300))
    shell.type('\x1a')
    await shell.shows('Stopped')
    shell.type('bg; jobs\r')
    await shell.shows(/\[1\]\+ +Running +sleep 62/)
    shell.type('fg\r')
    await shell.shows('sleep 62\r\n')
    await new Promise((resolve) => setTimeout(resolve, 300))
    shell.type('\x03')
    await shell.shows(prompt)
    shell.type('echo "status $?"; exit 5\r')
    await shell.shows('\nstatus 130\r\n')
    expect(await shell.ended).toBe(5)
    expect(shell.screen()).not.toContain('no job control')
  })

  test('c in the session: terminal, Ctrl-C, resize, full screen, background, pipes, scripts', async () => {
    const shell = open()
    await shell.shows(prompt)
    const enter = async (line: string, output: string | RegExp) => {
      shell.type(`${line}\r`)
      await shell.shows('\r\n')
      await shell.shows(output)
      await shell.shows(prompt)
    }
    await enter(
      'c tty; c -u alice sh -c "tty; : <\\$(tty) && id -un"',
      /^\/dev\/pts\/\d+\r\n\/dev\/pts\/\d+\r\nalice\r\n/,
    )
    await enter(
      'c -e A="b c" -w /etc sh -c \'echo "$A $PWD $SHELL"; exit 4\'; echo "status $?"',
      /^b c \/etc \S+sh\r\nstatus 4\r\n/,
    )
    await enter(
      'c tty | cat; echo x | c tty; c sh -c "test -t 2 && echo is a terminal" </dev/null',
      'not a tty\r\nnot a tty\r\n',
    )
    // Ctrl-C is for the program: it may live on.
    shell.type('c sh -c \'trap "echo caught; exit 9" INT; echo be""fore; sleep 62 & wait\'; echo "status $?"\r')
    await shell.shows('before')
    shell.type('\x03')
    await shell.shows(/caught\r\nstatus 9\r\n/)
    await shell.shows(prompt)
    // Where no terminal is made, it is for the program's process group.
    shell.type('c sh -c "echo be""fore >&2; sleep 62" | cat\r')
    await shell.shows('before')
    shell.type('\x03')
    await shell.shows(prompt)
    shell.type('c sh -c \'trap "stty size; exit" WINCH; echo be""fore; while :; do sleep 0.1; done\'\r')
    await shell.shows('before')
    shell.resize(90, 30)
    await shell.shows('30 90\r\n')
    await shell.shows(prompt)
    // A full-screen program, and the terminal as it was afterwards.
    shell.type('c busybox vi /root/text\r')
    await shell.shows('text')
    await new Promise((resolve) => setTimeout(resolve, 300))
    shell.type('ifirst\rsecond\x1b')
    // Otherwise the colon would belong to the escape.
    await new Promise((resolve) => setTimeout(resolve, 300))
    shell.type(':wq\r')
    await shell.shows(prompt)
    await enter('c cat /root/text', /^first\r\nsecond\r\n/m)
    await enter('stty -a | tr " " "\\n" | grep -x -e icanon -e echo -e isig | sort | xargs', 'echo icanon isig\r\n')
    // A job in the background is not stopped for wanting the terminal.
    await enter('c sh -c "echo from behind" & wait $!; echo "status $?"', 'status 0\r\n')
    // A script finds the functions in its environment.
    await enter(
      'bash -euc \'c hostname; (c sh -c "exit 6") || echo "status $?"; x=$(c hostname); echo "$x" | c cat\'',
      'demo\r\nstatus 6\r\ndemo\r\n',
    )
    shell.type('exit\r')
    expect(await shell.ended).toBe(0)
    expect(shell.screen()).toContain('from behind')
    expect(await sh(host, 'ls /var/lib/nixos-containers')).toBe('')
  })
})
