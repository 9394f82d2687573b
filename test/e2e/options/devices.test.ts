/** enableTun, allowedDevices and additionalCapabilities: there with the option, absent without. */
import { afterEach, describe, expect, test } from '@jest/globals'
import { ec, must, sh } from '../harness/commands.ts'
import { hosts } from '../harness/hosts.ts'
import { watchLeftovers } from '../harness/leftovers.ts'

describe.each(hosts)('on $name', (host) => {
  // Before the look at what is left.
  afterEach(async () => {
    await ec(host, ['destroy', 'test-devices'])
  })
  watchLeftovers(host)

  const create = (options: string) =>
    must(host, ['create', '--start', '-E', `{ containers.test-devices = { config = { }; ${options} }; }`])
  const inside = (script: string) => ec(host, ['run', 'test-devices', '--', 'sh', '-euc', script])
  const addTunnel = 'ip tuntap add mode tun name tun7; ip -brief link show tun7'
  const capability = async (bit: number) => {
    const { stdout } = await inside('sed -n "s/^CapBnd:[[:space:]]*//p" /proc/1/status')
    return (BigInt(`0x${stdout.trim()}`) >> BigInt(bit)) & 1n
  }
  const mknod = 21
  const netAdmin = 12

  test('without them: no tunnel, no device, no capability', async () => {
    await create('privateNetwork = true;')
    expect((await inside(addTunnel)).status).not.toBe(0)
    expect((await inside('mknod /root/loop b 7 0; dd if=/root/loop count=0')).stderr).toContain('not permitted')
    expect(await capability(34)).toBe(0n)
    await must(host, ['destroy', 'test-devices'])
    await create('')
    expect(await capability(netAdmin)).toBe(0n)
  })

  test('enableTun: the container makes a tunnel', async () => {
    await create('privateNetwork = true; enableTun = true;')
    const { stdout, stderr } = await inside(addTunnel)
    expect({ stdout, stderr }).toMatchObject({ stdout: expect.stringMatching(/^tun7 /), stderr: '' })
    expect(await sh(host, 'ip -brief link')).not.toContain('tun7')
  })

  test('enableTun in a user namespace', async () => {
    await create('privateNetwork = true; enableTun = true; privateUsers = "pick";')
    expect((await inside(addTunnel)).stdout).toMatch(/^tun7 /)
  })

  test('allowedDevices: what is allowed, and no more', async () => {
    await create('allowedDevices = [ { node = "/dev/net/tun"; modifier = "rm"; } ];')
    const open = async (mode: string) =>
      (await inside(`[ -e /root/tun ] || mknod /root/tun c 10 200; exec 3${mode}/root/tun`)).stderr
    expect(await open('<')).toBe('')
    expect(await open('>')).toContain('not permitted')
  })

  test('additionalCapabilities', async () => {
    await create('additionalCapabilities = [ "CAP_SYSLOG" "CAP_NET_ADMIN" ];')
    expect(await capability(34)).toBe(1n)
    expect(await capability(netAdmin)).toBe(1n)
    expect(await capability(mknod)).toBe(1n)
  })
})
