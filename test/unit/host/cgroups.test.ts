/** Moving processes between control groups without delay: this process stays where it is, and lets go in the end. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { hurryCgroupMoves } from '../../../src/host/cgroups.ts'

const own = () => readFileSync('/proc/self/cgroup', 'utf8')
const open = () =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).endsWith('/cgroup.procs')
    } catch {
      // That of the folder itself.
      return false
    }
  }).length

async function untilClosed(): Promise<void> {
  for (let waited = 0; open() > 0 && waited < 1000; waited += 10) await sleep(10)
}

test('it moves nothing, and ends when it is told to, or by itself', async () => {
  const before = own()
  const calm = hurryCgroupMoves(60_000)
  expect(open()).toBe(1)
  await sleep(50)
  expect(own()).toBe(before)
  expect(open()).toBe(1)
  calm()
  await untilClosed()
  expect(open()).toBe(0)

  hurryCgroupMoves(20)
  expect(open()).toBe(1)
  await untilClosed()
  expect(open()).toBe(0)
})
