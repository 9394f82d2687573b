/** extra.memory, extra.cpus, extra.pids, and settings of a container's unit: what is over the limit does not get through. */
import { describe, expect, test } from '@jest/globals'
import { ec, managed, sh, until } from '../harness/commands.ts'
import { hosts } from '../harness/hosts.ts'
import { watchLeftovers } from '../harness/leftovers.ts'
import { inside, withContainers } from './network.ts'

// tail keeps it all, as there is no line end.
const greedy = (size: string) => `head -c ${size} /dev/zero | tail >/dev/null; echo "\${PIPESTATUS[1]}"`

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  const run = (container: string, script: string) => ec(host, ['run', container, '--', 'bash', '-c', script])

  test('memory, processor time and processes are limited', async () => {
    await withContainers(host, 'limits', async () => {
      expect((await run('test-limits', greedy('400M'))).stdout).toBe('137\n')
      expect((await run('test-limits', greedy('50M'))).stdout).toBe('0\n')

      expect((await run('test-limits', 'for i in {1..100}; do sleep 1 & done; wait')).stderr).toMatch(/fork/)
      expect((await run('test-limits', 'for i in {1..20}; do sleep 0.1 & done; wait')).stderr).toBe('')

      const loops = 'for i in 1 2; do timeout 2 bash -c "while :; do :; done" & done; wait; times | tail -n 1'
      const [, minutes, seconds] = /^(\d+)m([\d.]+)s/.exec((await run('test-limits', loops)).stdout) ?? []
      expect(minutes).toBe('0')
      expect(Number(seconds)).toBeLessThan(1.6)

      // Of the container's own processes, and by the unit's own setting.
      await run('test-unit', 'systemctl start greedy; while systemctl is-active -q greedy; do sleep 0.1; done')
      expect(await inside(host, 'test-unit', 'systemctl show --property=Result greedy; journalctl -u greedy')).toMatch(
        /Result=(oom-kill|signal|exit-code)[\s\S]*[Kk]illed/,
      )
    })
  })

  test('the unit tells the limits; inside, free and nproc tell of the machine', async () => {
    await withContainers(host, 'limits', async () => {
      const properties = ['CPUQuotaPerSecUSec', 'MemoryMax', 'TasksMax'].map((name) => `--property=${name}`).join(' ')
      expect(await managed(host, `systemctl show ${properties} container@test-shown`)).toBe(
        'CPUQuotaPerSecUSec=1.500000s\nMemoryMax=209715200\nTasksMax=200\n',
      )
      const seen = "nproc; free --bytes | awk '/^Mem:/ { print $2 }'"
      expect(await inside(host, 'test-shown', seen)).toBe(await sh(host, seen))
    })
  })

  test('a container that was killed comes back with its limits', async () => {
    await withContainers(host, 'limits', async () => {
      await sh(host, 'pkill --signal KILL --full "^systemd-nspawn .*--machine=test-limits "')
      await until('greedy again', async () => (await run('test-limits', greedy('400M'))).stdout === '137\n')
    })
  })

  test('values that are no limits', async () => {
    for (const wrong of ['extra.memory = "much"', 'extra.cpus = 0', 'extra.pids = "5%"']) {
      const result = await ec(host, ['create', '-E', `{ containers.test-wrong = { config = { }; ${wrong}; }; }`])
      expect(result).toMatchObject({ status: 2, stdout: '' })
      expect(result.stderr).toContain(`containers.test-wrong.${wrong.split(' ')[0]}`)
    }
  })
})
