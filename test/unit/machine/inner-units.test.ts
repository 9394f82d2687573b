import { expect, test } from '@jest/globals'
import { unitsIn, unitsInJournal } from '../../../src/machine/inner-journal.ts'
import { describeUnits, failedUnits, parseInnerUnits } from '../../../src/machine/inner-units.ts'
import { fakeHost } from '../../fake-host.ts'

const ids = {
  starting: '7d4958e842da4a758f6c1cdc7b36dcc5',
  started: '39f53479d3a045ac8e11786248231fbf',
  failed: 'd9b373ed55a64feb8242e02dbe79a49c',
  stopped: '9d1aaa27d60140bd96365438aad20286',
}
const entry = (UNIT: string, id: keyof typeof ids, more = {}) => ({
  UNIT,
  MESSAGE_ID: ids[id],
  MESSAGE: `${id} ${UNIT}`,
  ...more,
})
const said = (unit: string, MESSAGE: unknown) => ({ _SYSTEMD_UNIT: unit, MESSAGE })

test('units are read with their state and lines; a line that looks like a unit is a line', () => {
  const text = [
    'web.service ActiveState=failed SubState=failed Result=exit-code ',
    '  evil.service ActiveState=active',
    '  \x1b[2Jcleared',
    'db.service ActiveState=activating SubState=start-pre Result=success ',
  ].join('\n')
  expect(parseInnerUnits(text)).toEqual([
    { name: 'web.service', state: 'failed: exit-code', lines: ['evil.service ActiveState=active', '?[2Jcleared'] },
    { name: 'db.service', state: 'activating: start-pre', lines: [] },
  ])
})

test('a container that does not answer has no units to tell of', async () => {
  const host = fakeHost(() => new Error('it hangs'))
  expect(await failedUnits(host, { cgroup: undefined }, 'demo')).toEqual([])
})

test('the journal tells which unit hung and which failed, and nothing of the shutdown', () => {
  const entries = [
    entry('good.service', 'starting'),
    entry('good.service', 'started'),
    entry('bad.service', 'starting'),
    said('bad.service', 'what is wrong'),
    entry('bad.service', 'failed', { UNIT_RESULT: 'exit-code' }),
    entry('hang.service', 'starting'),
    said('hang.service', [104, 105]),
    said('hang.service', 'waiting'),
    entry('multi-user.target', 'stopped'),
    entry('good.service', 'failed', { UNIT_RESULT: 'signal' }),
  ]
  expect(unitsIn(entries)).toEqual([
    {
      name: 'bad.service',
      state: 'failed: exit-code',
      lines: ['starting bad.service', 'what is wrong', 'failed bad.service'],
    },
    { name: 'hang.service', state: 'did not finish starting', lines: ['starting hang.service', 'waiting'] },
  ])
})

test('a unit that came up at the second attempt is not told', () => {
  const steps = ['starting', 'failed', 'starting', 'started'] as const
  expect(unitsIn(steps.map((id) => entry('web.service', id)))).toEqual([])
})

test('a journal behind a link of the container is not read', async () => {
  const root = '/var/lib/nixos-containers/demo'
  const journal = { exitCode: 0, stdout: JSON.stringify(entry('web.service', 'starting')) }
  const honest = fakeHost(() => journal, { disk: { [`${root}/var/log/journal/id/system.journal`]: '' } })
  expect(await unitsInJournal(honest, root, 1500)).toMatchObject([{ name: 'web.service' }])
  // A restart's own shutdown, a moment before, would hide all that came after it.
  expect(honest.commands[0]).toContain('--since=@1.5')
  const linked = fakeHost(() => journal, {
    disk: { '/var/log/journal/id/system.journal': '', [`${root}/var/log`]: { link: '/var/log' } },
  })
  expect(await unitsInJournal(linked, root, 0)).toEqual([])
  expect(linked.commands).toEqual([])
})

test('units are described with indented lines', () => {
  expect(describeUnits([{ name: 'a.service', state: 'failed', lines: ['x'] }])).toBe(
    'Unit a.service inside: failed. Its last lines:\n  x',
  )
})
