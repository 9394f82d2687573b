/** Evaluations take what memory there is, and no more. */
import { expect, test } from '@jest/globals'
import { heapEnvironment, shareOut } from '../../../src/eval/memory.ts'
import { fakeHost } from '../../fake-host.ts'

const GiB = 1024 ** 3
const machine = (gibibytes: number, more: Record<string, string> = {}) =>
  fakeHost(undefined, {
    cores: 8,
    disk: {
      '/proc/meminfo': `MemTotal: 1 kB\nMemAvailable:   ${gibibytes * 1024 ** 2} kB\nCommitLimit: 4194304 kB\nCommitted_AS: 1048576 kB\n`,
      ...more,
    },
  })
const heap = async (...machineOf: Parameters<typeof machine>) =>
  (await heapEnvironment(machine(...machineOf))).GC_INITIAL_HEAP_SIZE

const v2 = (limit: string, group = '/a/b') => ({
  '/proc/self/cgroup': `0::${group}\n`,
  '/sys/fs/cgroup/a/memory.max': limit,
  '/sys/fs/cgroup/a/memory.current': String(0.75 * GiB),
  '/sys/fs/cgroup/a/memory.stat': `anon 1\nfile 900\ninactive_file ${0.25 * GiB}\nactive_file ${0.25 * GiB}\nworkingset_refault_file 7\n`,
  '/sys/fs/cgroup/a/b/memory.max': 'max',
})

test('the heap before garbage is collected is half of what is free, within bounds', async () => {
  expect(await heap(4)).toBe('2048M')
  expect(await heap(1)).toBe('512M')
  expect(await heap(64)).toBe('4096M')
  expect(await heap(0)).toBe('32M')
  expect((await heapEnvironment(machine(8), 4)).GC_INITIAL_HEAP_SIZE).toBe('1024M')
  // Many containers.
  expect((await heapEnvironment(machine(24), 2, 3)).GC_INITIAL_HEAP_SIZE).toBe('4096M')
  expect((await heapEnvironment(machine(24), 2, 4)).GC_INITIAL_HEAP_SIZE).toBe('1300M')
  expect((await heapEnvironment(machine(24), 2, 40)).GC_INITIAL_HEAP_SIZE).toBe('4096M')
  expect((await heapEnvironment(machine(2), 2, 4)).GC_INITIAL_HEAP_SIZE).toBe('512M')
})

test('a limit of a control group counts, of those above too; what its files fill can be had', async () => {
  expect(await heap(16, v2(String(GiB)))).toBe('384M')
  expect(await heap(16, v2('max'))).toBe('4096M')
  // Where version 2 is mounted beside version 1.
  const unified = Object.entries(v2(String(GiB))).map(([path, text]) => [
    path.replace('cgroup/a', 'cgroup/unified/a'),
    text,
  ])
  expect(await heap(16, Object.fromEntries(unified))).toBe('384M')
  const v1 = {
    '/proc/self/cgroup': '12:cpu:/\n4:memory:/x\n0::/y\n',
    '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    '/sys/fs/cgroup/memory/x/memory.limit_in_bytes': String(GiB),
    '/sys/fs/cgroup/memory/x/memory.usage_in_bytes': String(GiB / 2),
  }
  expect(await heap(16, v1)).toBe('256M')
})

test('so do a limit of addresses, and a machine that promises no more memory than it has', async () => {
  const limits = (value: string) => ({
    '/proc/self/limits': `Limit  Soft Limit\nMax address space         ${value}  unlimited bytes\n`,
  })
  expect(await heap(16, limits(String(GiB)))).toBe('512M')
  expect(await heap(16, limits('unlimited'))).toBe('4096M')
  expect(await heap(16, { '/proc/sys/vm/overcommit_memory': '2\n' })).toBe('1536M')
  expect(await heap(16, { '/proc/sys/vm/overcommit_memory': '0\n' })).toBe('4096M')
})

test('as many processes as cores and containers, and never more than memory is for', async () => {
  expect(await shareOut(machine(64), 10)).toEqual({ atOnce: 8, processes: 8 })
  expect(await shareOut(machine(64), 3)).toEqual({ atOnce: 3, processes: 3 })
  expect(await shareOut(machine(2.2), 10)).toEqual({ atOnce: 2, processes: 10 })
  expect(await shareOut(machine(4.5), 10)).toEqual({ atOnce: 4, processes: 10 })
  expect(await shareOut(machine(16), 20)).toEqual({ atOnce: 8, processes: 8 })
  // One after the other.
  expect(await shareOut(machine(1), 10)).toEqual({ atOnce: 1, processes: 10 })
  expect(await shareOut(machine(0.2), 3)).toEqual({ atOnce: 1, processes: 3 })
  expect(await shareOut(machine(1.6), 4)).toEqual({ atOnce: 1, processes: 2 })
})
