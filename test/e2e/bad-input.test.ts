/** Bad input: a clear error that names the fault, status 2, nothing installed and nothing left. */
import { describe, expect, test } from '@jest/globals'
import { ec, sh } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

const named = (name: string): string[] => ['create', '-E', `{ containers.${JSON.stringify(name)}.config = {}; }`]

const cases: { fault: string; args: string[]; input?: string; says: RegExp }[] = [
  { fault: 'a syntax error', args: ['create', '-E', '{ containers.demo = ; }'], says: /syntax error/ },
  { fault: 'a syntax error on standard input', args: ['create'], input: '{ containers.', says: /syntax error/ },
  {
    fault: 'an unknown option of the container',
    args: ['create', '-E', '{ containers.demo.privateNetwrk = true; }'],
    says: /privateNetwrk[\s\S]*privateNetwork/,
  },
  {
    fault: 'an unknown option of the system inside',
    args: ['create', '-E', '{ containers.demo.config.networking.hostNam = "x"; }'],
    says: /networking\.hostNam[\s\S]*hostName/,
  },
  {
    fault: 'an option that only nixpkgs has',
    args: ['create', '-E', '{ containers.demo.config.services.nginx.enable = true; }'],
    says: /services\.nginx[\s\S]*nixpkgs/,
  },
  {
    fault: 'a wrong type',
    args: ['create', '-E', '{ containers.demo.privateNetwork = "yes"; }'],
    says: /privateNetwork[\s\S]*bool/,
  },
  { fault: 'no containers', args: ['create', '-E', '{ }'], says: /containers/ },
  { fault: 'empty containers', args: ['create', '-E', '{ containers = {}; }'], says: /containers/ },
  { fault: 'an empty name', args: named(''), says: /""/ },
  { fault: 'a name that leads out', args: named('../x'), says: /\.\.\/x/ },
  { fault: 'a name with a space', args: named('a b'), says: /a b/ },
  { fault: 'a name of 65 characters', args: named('a'.repeat(65)), says: /a{65}[\s\S]*64/ },
  { fault: 'a name with @', args: named('a@b'), says: /a@b/ },
  { fault: 'a name with a leading dash', args: named('-a'), says: /-a/ },
  { fault: 'a name with a quote', args: named("a'b"), says: /a'b/ },
  { fault: 'a name with a newline', args: named('a\nb'), says: /a\\nb/ },
  { fault: 'a missing file', args: ['create', '/no/such/file.nix'], says: /\/no\/such\/file\.nix/ },
  { fault: 'a folder without default.nix', args: ['create', '/etc'], says: /default\.nix/ },
  { fault: '-E without text', args: ['create', '-E'], says: /-E|--expr/ },
  { fault: 'an unknown flag', args: ['create', '--strat', '-E', '{ }'], says: /--strat[\s\S]*--start/ },
  { fault: 'an unknown command', args: ['crate'], says: /crate[\s\S]*create/ },
  {
    fault: '--run without a command',
    args: ['shell', '-E', '{ containers.demo.config = {}; }', '--run'],
    says: /--run/,
  },
  { fault: 'a missing attribute', args: ['create', '-A', 'x.y', '-E', '{ x.z = { }; }'], says: /\by\b/ },
  { fault: 'destroy without a name', args: ['destroy'], says: /name|--all/i },
]

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  test.each(cases)('$fault', async ({ args, input, says }) => {
    const result = await ec(host, args, input === undefined ? {} : { input })
    expect(result).toMatchObject({ status: 2, stdout: '' })
    expect(result.stderr).toMatch(says)
    expect(result.stderr).not.toMatch(/^\s+at .*(node:|file:|\.mjs)/m)
  })

  test('an unreadable file', async () => {
    await sh(host, 'echo "{ }" >/tmp/ec-test-unreadable.nix; chmod 0 /tmp/ec-test-unreadable.nix')
    // Root can read it; who cannot is a user, and a user's session asks for root first.
    const result = await host.start([
      ...['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-dac_override,-dac_read_search'],
      `${host.root}/bin/extra-container`,
      ...['create', '/tmp/ec-test-unreadable.nix'],
    ]).finished
    await sh(host, 'rm -f /tmp/ec-test-unreadable.nix')
    expect(result).toMatchObject({ status: 2, stdout: '' })
    expect(result.stderr).toContain('/tmp/ec-test-unreadable.nix')
  })
})
