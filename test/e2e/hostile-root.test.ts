/** The container's root is not trusted: links that it makes in its files never lead to the host's. */
import { describe, expect, test } from '@jest/globals'
import { ec, must, sh } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

const victim = '/tmp/ec-hostile-victim'
const files = '/var/lib/nixos-containers/ec-hostile'

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  test('links to the host are not followed, by a start, a command or destroy', async () => {
    await must(host, ['create', '--start', '-E', '{ containers.ec-hostile.config = {}; }'])
    await sh(host, `mkdir -p ${victim}/lib; echo secret > ${victim}/data`)
    try {
      await must(host, ['run', 'ec-hostile', '--', 'sh', '-c', `rm -r /root && ln -s ${victim} /root`])
      const seen = await ec(host, ['run', 'ec-hostile', '--', 'sh', '-c', 'pwd; ls'])
      expect(seen.stdout).toMatch(/^\/\n/)
      expect(seen.stdout).not.toContain('data')

      await must(host, ['stop', 'ec-hostile'])
      await sh(host, `cd ${files}; for name in etc var run dev; do rm -r $name; ln -s ${victim} $name; done`)
      await must(host, ['start', 'ec-hostile'])
      expect(await sh(host, `cd ${victim}; find . | sort`)).toBe('.\n./data\n./lib\n')

      await must(host, ['destroy', 'ec-hostile'])
      expect(await sh(host, `cat ${victim}/data`)).toBe('secret\n')
    } finally {
      await sh(host, `rm -r ${victim}`)
    }
  })
})
