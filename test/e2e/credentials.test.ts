/** extra.credentials: secrets for the services inside. */
import { describe, expect, test } from '@jest/globals'
import { ec, must, sh } from './harness/commands.ts'
import { hosts, testHost } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

const name = 'test-credentials'
const folder = '/tmp/test-credentials'
const option = `containers.${name}.extra.credentials`

const loaded = (credentials: readonly string[]) =>
  `LoadCredential = [ ${credentials.map((one) => `"${one}"`).join(' ')} ];`
/** A service inside that keeps what it is given. */
const reader = (setting: string) => `systemd.services.reader = {
  wantedBy = [ "multi-user.target" ];
  serviceConfig = { Type = "oneshot"; RemainAfterExit = true; ${setting} };
  script = "umask 077; rm -rf /root/read; cp -R $CREDENTIALS_DIRECTORY /root/read";
};`
const definition = (credentials: string, config = '') =>
  `{ containers.${name} = { config = { ${config} }; extra.credentials = { ${credentials} }; }; }`

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  const create = (text: string) => ec(host, ['create', '--start', '--base', 'host', '-E', text])
  const run = async (script: string) => (await must(host, ['run', name, '--', 'bash', '-euc', script])).stdout
  const withFolder = async (body: () => Promise<void>) => {
    await sh(host, `mkdir -m 700 ${folder}`)
    try {
      await body()
    } finally {
      await ec(host, ['destroy', name])
      await sh(host, `rm -rf ${folder}`)
    }
  }
  /** Where the machine keeps credentials of the container, seen from where systemd runs. */
  const kept = () =>
    sh(
      host,
      `run() { "$@"; }; if [[ -e /run/extra-container/manager/pid ]]; then
         read -r pid _ </run/extra-container/manager/pid; run() { nsenter --target "$pid" --mount -- "$@"; }; fi
       run find /run/credentials -path '*${name}*' -type f -printf '%f %m %h\\n'
       run find /run/credentials -maxdepth 1 -name '*${name}*' -printf '%m\\n' -exec stat -f -c %T {} ';'`,
    )

  test('a file, a command, an encrypted text and an encrypted file: read by a service, and kept nowhere', async () => {
    await withFolder(async () => {
      const encrypted = await sh(
        host,
        `cd ${folder}; systemd-creds setup 2>/dev/null
         printf 'a\\0secret-of-file\\n' >file; head -c 1000000 /dev/urandom >big
         printf secret-in-a-file | systemd-creds encrypt --with-key=host --name=stored - stored.cred 2>/dev/null
         printf secret-in-a-text | systemd-creds encrypt --with-key=host --name=text - - 2>/dev/null`,
      )
      const text = definition(
        `file.file = "${folder}/file"; big.file = "${folder}/big";
         command.command = [ "sh" "-c" "printf '%s-%s' secret of-command" "\\$x %n" ];
         stored.encrypted = "${folder}/stored.cred"; text.encrypted = ''${encrypted}'';`,
        // systemd 252 has no ImportCredential=.
        reader(host === testHost ? 'ImportCredential = "*";' : loaded(['file', 'big', 'command', 'stored', 'text'])),
      )
      expect(await create(text)).toMatchObject({ status: 0 })
      expect(await run('cat /root/read/{file,command,stored,text}')).toBe(
        'a\0secret-of-file\nsecret-of-commandsecret-in-a-filesecret-in-a-text',
      )
      expect(await run('sha256sum </root/read/big; ls /run/credentials/@system')).toBe(
        `${await sh(host, `sha256sum <${folder}/big`)}big\ncommand\nfile\nstored\ntext\n`,
      )
      // In memory, for root alone.
      const [files, folders] = [/^(\S+) [46]00 \/run\/credentials\/container@/, /^([57]00|ramfs|tmpfs)$/]
      const lines = (await kept()).trim().split('\n')
      expect(lines.filter((line) => files.test(line)).length).toBe(5)
      expect(lines.filter((line) => !files.test(line) && !folders.test(line))).toEqual([])

      const unit = `container@${name}.service`
      await sh(
        host,
        `closure=$(nix-store --query --requisites /nix/var/nix/gcroots/auto/extra-container-${name}{,.conf})
         ! grep -rlE 'secret-(of|in)|secret of-command-' $closure
         run=(); if [[ -e /run/extra-container/manager/pid ]]; then read -r pid _ </run/extra-container/manager/pid; run=(nsenter -t "$pid" -m -p -C); fi
         ! "\${run[@]}" systemctl show ${unit} | grep -E 'secret-(of|in)'
         ! ps -eo args | grep -E '[s]ecret-(of|in)'`,
      )

      // The next start reads it anew; nothing is left of the one before.
      await sh(host, `printf changed >${folder}/file`)
      await must(host, ['restart', name])
      expect(await run('cat /root/read/file')).toBe('changed')

      await must(host, ['destroy', name])
      expect(await sh(host, `find /run/credentials -name '*${name}*' 2>/dev/null || :`)).toBe('')
    })
  })

  test('a session that ends leaves none', async () => {
    const text = definition('a.command = [ "echo" "secret" ];')
    const args = ['shell', '--base', 'host', '-E', text, '--run', 'c', 'cat', '/run/credentials/@system/a']
    expect(await ec(host, args)).toMatchObject({ status: 0, stdout: 'secret\n' })
    expect(await sh(host, `find /run/credentials -name '*${name}*' 2>/dev/null || :`)).toBe('')
  })

  test('the nspawn kind, with users of its own and only the store paths that it needs', async () => {
    await withFolder(async () => {
      await sh(host, `printf of-file >${folder}/file`)
      const text = `{ nixos-nspawn.containers.${name} = {
        network.veth.enable = false;
        extra.storePaths = "closure";
        extra.credentials = { a.command = [ "echo" "secret" ]; b.file = "${folder}/file"; };
        config = { ${reader(loaded(['a', 'b']))} };
      }; }`
      expect(await create(text)).toMatchObject({ status: 0 })
      expect(await run('cat /root/read/{a,b}; stat -c %u:%a /run/credentials/@system/a')).toBe('secret\nof-file0:400\n')
      const closure = `. /etc/nixos-containers/${name}.conf; nix-store --query --requisites "$SYSTEM_PATH" | cut -d / -f 4 | sort`
      expect(await run('ls -A /nix/store | sort')).toBe(await sh(host, closure))
      expect(await create(text.replace('/file"', '/none"'))).toMatchObject({
        status: 1,
        stderr: expect.stringContaining(`virtualisation.nspawn.${option}.b.file`),
      })
    })
  })

  test('what is missing, too large or fails is named before the container starts', async () => {
    await withFolder(async () => {
      await sh(host, `truncate -s 1048576 ${folder}/large; printf junk >${folder}/junk`)
      const refused = async (credentials: string, message: RegExp, status = 1) => {
        const result = await create(definition(credentials))
        expect(result.stderr).toMatch(message)
        expect(result.status).toBe(status)
        expect((await must(host, ['list'])).stdout).not.toContain(name)
      }
      await refused(`a.file = "${folder}/none";`, /credential a from "\S+\/none", which does not exist\..*\.a\.file\./)
      await refused(`a.file = "${folder}/large";`, /has credentials of 1048577 bytes/)
      await refused('a = { };', new RegExp(`${option}\\.a has no value`), 2)
      await refused(
        'a.command = [ "sh" "-c" "echo no; exit 3" ];',
        /command of its credential a failed with exit status 3/,
      )
      await refused(`a.command = [ "cat" "${folder}/large" ];`, /its credential a printed 1048576 bytes/)
      await refused(`a.encrypted = "${folder}/junk";`, /systemd could not read or decrypt one of its credentials/)
      // Without the program that checked it, the file is named too.
      await sh(host, `printf x >${folder}/gone`)
      expect(await create(definition(`a.file = "${folder}/gone";`))).toMatchObject({ status: 0 })
      await must(host, ['stop', name])
      await sh(host, `rm ${folder}/gone`)
      const started = await ec(host, ['start', name])
      expect(started).toMatchObject({
        status: 1,
        stderr: expect.stringContaining(`${option}.a.file: ${folder}/gone does not exist`),
      })
      await must(host, ['destroy', name])
      expect(await sh(host, `find /run/credentials -name '*${name}*' 2>/dev/null || :`)).toBe('')
    })
  })
})
