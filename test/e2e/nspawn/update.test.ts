/** What an update does: restartIfChanged, --update-changed, a path that was built apart; and the start at boot. */
import { describe, expect, test } from '@jest/globals'
import { managed, must, sh, until } from '../harness/commands.ts'
import { hosts, reboot, testHost } from '../harness/hosts.ts'
import { watchLeftovers } from '../harness/leftovers.ts'
import { create, inside, withContainers } from './nspawn.ts'

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  const started = (name: string) => inside(host, name, 'stat -c %Y.%y /proc/1')
  const mark = (name: string) => inside(host, name, 'cat /etc/mark')

  test('restartIfChanged is about the system too; --update-changed is in place', async () => {
    const both = (text: string) =>
      ['test-yes', 'test-no']
        .map(
          (name) => `${name} = {
            config.environment.etc.mark.text = "${text}"; network.veth.enable = false;
            ${name === 'test-no' ? 'restartIfChanged = false;' : ''}
          };`,
        )
        .join(' ')
    await withContainers(host, ['test-yes', 'test-no'], both('one'), async () => {
      const before = [await started('test-yes'), await started('test-no')]
      const again = await create(host, both('one'))
      expect(again.stdout).toContain('test-yes (unchanged, skipped)')

      const { stdout, stderr } = await create(host, both('two'))
      expect(stdout).toMatch(/Restarting containers:\ntest-yes\n/)
      expect(stderr).toContain('test-no runs with its earlier options (restartIfChanged = false)')
      expect([await mark('test-yes'), await mark('test-no')]).toEqual(['two', 'one'])
      expect(await started('test-yes')).not.toBe(before[0])

      const restarted = await started('test-yes')
      await create(host, both('three'), '--update-changed')
      expect([await mark('test-yes'), await mark('test-no')]).toEqual(['three', 'three'])
      expect([await started('test-yes'), await started('test-no')]).toEqual([restarted, before[1]])
    })
  })

  test('path is a system that was built apart; machinectl and systemctl know the container by its name', async () => {
    await withContainers(
      host,
      ['test-first', 'test-path'],
      'test-first = { config.environment.etc.mark.text = "apart"; autoStart = false; network.veth.enable = false; };',
      async () => {
        const system = (await inside(host, 'test-first', 'readlink /run/current-system')).trim()
        // A profile, which changes without the container.
        const profile = '/nix/var/nix/profiles/test-path'
        await sh(host, `nix-env --profile ${profile} --set ${system}`)
        await create(host, `test-path = { path = "${profile}"; network.veth.enable = false; };`)
        expect(await mark('test-path')).toBe('apart')
        await create(
          host,
          'test-first = { config.environment.etc.mark.text = "anew"; autoStart = false; network.veth.enable = false; };',
        )
        const anew = (await inside(host, 'test-first', 'readlink /run/current-system')).trim()
        await sh(host, `nix-env --profile ${profile} --set ${anew}`)
        expect(await mark('test-path')).toBe('apart')
        await must(host, ['restart', 'test-path'])
        expect(await mark('test-path')).toBe('anew')

        await managed(
          host,
          'machinectl stop test-path; until ! machinectl status test-path >/dev/null 2>&1; do sleep 0.1; done',
        )
        await until(
          'it is down',
          async () =>
            (await host.start([`${host.root}/bin/extra-container`, 'status', 'test-path']).finished).stdout ===
            'down\n',
        )
        await managed(host, 'machinectl start test-path; systemctl is-active --quiet systemd-nspawn@test-path')
        expect(await mark('test-path')).toBe('anew')
        expect(JSON.parse((await must(host, ['list', '--json'])).stdout)).toContainEqual({
          name: 'test-path',
          kind: 'nspawn',
        })
        await sh(host, `rm ${profile}*`)
      },
    )
  })
})

test('autoStart, the default, starts it when the machine boots', async () => {
  const containers = 'test-boot = { config = { }; }; test-not = { config = { }; autoStart = false; };'
  await withContainers(testHost, ['test-boot', 'test-not'], containers, async () => {
    reboot()
    const status = async (name: string) => (await sh(testHost, `extra-container status ${name} || :`)).trim()
    await until('test-boot is up', async () => (await status('test-boot')) === 'up')
    expect(await status('test-not')).toBe('down')
    await until('it has an address', async () => (await sh(testHost, 'getent ahostsv4 test-boot || :')) !== '')
  })
})
