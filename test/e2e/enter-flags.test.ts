/** The flags of `c` and of `run`: user, folder and variables of a command inside. */
import { describe, expect, test } from '@jest/globals'
import { ec, must } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

const definition = `{
  containers.demo.config = {
    users.users.alice = { isNormalUser = true; uid = 1234; group = "alice"; extraGroups = [ "crew" ]; };
    users.groups.alice.gid = 1235;
    users.groups.crew.gid = 1300;
  };
}`

/** Each line is a command of the session; its output is shown behind it, its status below. */
const inSession = `
  exec 2>&1
  show() { echo "> $1"; eval "$1"; echo "= $?"; }
  while IFS= read -r line; do show "$line" </dev/null; done
`

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  const session = async (...lines: string[]): Promise<string[]> => {
    const { status, stdout } = await ec(host, ['shell', '-E', definition, '--run', 'bash', '-c', inSession], {
      input: `${lines.join('\n')}\n`,
    })
    expect(status).toBe(0)
    return stdout.split(/^> .*\n/m).slice(1)
  }

  test('of c', async () => {
    expect(
      await session(
        "c -u alice sh -c 'id -u; id -g; id -nG; echo $HOME $USER $LOGNAME; pwd'",
        'c -u 1234 id -un',
        'c -w /etc pwd',
        'c -u alice -w / pwd',
        'c -e A="b c" -e HOME=/x sh -c \'echo "$A" $HOME\'',
        "c -u alice -e HOME=/x sh -c 'echo $HOME; echo $USER'",
        'c -- sh -c "exit 3"',
        'c -u alice sh -c "exit 4"',
        'c sh -c \'echo "$1" "$2"\' - -u alice',
        "echo 'id -un; echo $0' | c -u alice",
      ),
    ).toEqual([
      '1234\n1235\nalice crew\n/home/alice alice alice\n/home/alice\n= 0\n',
      'alice\n= 0\n',
      '/etc\n= 0\n',
      '/\n= 0\n',
      'b c /x\n= 0\n',
      '/x\nalice\n= 0\n',
      '= 3\n',
      '= 4\n',
      '-u alice\n= 0\n',
      expect.stringMatching(/^alice\n\S*sh\n= 0\n$/),
    ])
  })

  test('of c, where they are wrong', async () => {
    const flags = 'Flags of c: -u USER, -w DIR, -e VAR=VALUE. A command that begins with a dash: c -- -x\n= 2\n'
    expect(
      await session('c -u bob id', 'c -w /no/such pwd', 'c -e 1A=b true', 'c -e', 'c -u "" id', 'c -x', 'c -- -x'),
    ).toEqual([
      'Container "demo" has no user "bob". Those that it has: getent passwd\n= 1\n',
      'Container "demo" has no folder "/no/such".\n= 1\n',
      `-e '1A=b' is no VAR=VALUE. ${flags}`,
      `-e needs a value after it. ${flags}`,
      `-u must not be empty. ${flags}`,
      `There is no flag -x. ${flags}`,
      expect.stringMatching(/-x.*\n= 127\n$/),
    ])
  })

  test('of run', async () => {
    await must(host, ['create', '--start', '-E', definition])
    const run = (...args: string[]) => ec(host, ['run', ...args])
    expect(
      await run('-u', 'alice', '-w', '/srv', '-e', 'A=b c', 'demo', '--', 'sh', '-c', 'id -un; pwd; echo "$A"'),
    ).toEqual(expect.objectContaining({ status: 0, stdout: 'alice\n/srv\nb c\n', stderr: '' }))
    expect(await run('demo', 'echo', '-u', 'alice')).toMatchObject({ status: 0, stdout: '-u alice\n' })
    expect(await run('-u', 'bob', 'demo', 'true')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: 'Container "demo" has no user "bob". Those that it has: getent passwd\n',
    })
    expect(await run('-e', 'x', 'demo', 'true')).toMatchObject({ status: 2, stdout: '' })
    await must(host, ['destroy', 'demo'])
  })
})
