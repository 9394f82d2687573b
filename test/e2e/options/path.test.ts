/** path: a system that was built apart, and its updates. */
import { afterEach, describe, expect, test } from '@jest/globals'
import { ec, must, sh } from '../harness/commands.ts'
import { hosts } from '../harness/hosts.ts'
import { watchLeftovers } from '../harness/leftovers.ts'

const profile = '/nix/var/nix/profiles/test-path'

describe.each(hosts)('on $name', (host) => {
  afterEach(async () => {
    await ec(host, ['destroy', 'test-path'])
    await sh(host, `rm -f ${profile} ${profile}-*`)
  })
  watchLeftovers(host)

  /** Builds a system and makes it the profile's current one. */
  async function setProfile(mark: string): Promise<void> {
    const config = `environment.etc.mark.text = "${mark}"; systemd.services.other.script = "exec sleep 1000";
      systemd.services.other.wantedBy = [ "multi-user.target" ];`
    const built = await must(host, ['build', '-E', `{ containers.test-path.config = { ${config} }; }`])
    const conf = `${built.stdout.trim()}/etc/nixos-containers/test-path.conf`
    await sh(host, `nix-env --profile ${profile} --set "$(sed -n s/^SYSTEM_PATH=//p ${conf})"`)
  }
  const mark = async () => (await must(host, ['run', 'test-path', '--', 'cat', '/etc/mark'])).stdout
  const pid = async () =>
    (await must(host, ['run', 'test-path', '--', 'systemctl', 'show', '--property=MainPID', 'other'])).stdout

  test('a profile: started, updated in place, and restarted to the current one', async () => {
    await setProfile('one')
    await must(host, ['create', '--start', '-E', `{ containers.test-path.path = "${profile}"; }`])
    expect(await mark()).toBe('one')
    const before = await pid()
    await setProfile('two')
    expect(await mark()).toBe('one')
    await must(host, ['update', 'test-path'])
    expect(await mark()).toBe('two')
    expect(await pid()).toBe(before)
    await sh(host, `nix-env --profile ${profile} --rollback`)
    await must(host, ['restart', 'test-path'])
    expect(await mark()).toBe('one')
    await must(host, ['stop', 'test-path'])
    const down = await ec(host, ['update', 'test-path'])
    expect(down).toMatchObject({ status: 1, stderr: expect.stringContaining('extra-container start test-path') })
  })

  test('a path where no system is: an error that names it, and nothing left', async () => {
    const { status, stderr } = await ec(host, [
      'create',
      '--start',
      '-E',
      `{ containers.test-path.path = "${profile}-none"; }`,
    ])
    expect(status).toBe(1)
    expect(stderr).toContain(`${profile}-none`)
  })
})
