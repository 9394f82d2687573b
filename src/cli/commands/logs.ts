/** `logs`: the journal of the system inside. */
import { UsageError } from '../../host/errors.ts'
import { defineCommand } from '../command.ts'

export const logs = defineCommand({
  name: 'logs',
  usage: ['NAME [-n LINES] [-f] [-u UNIT]...'],
  summary: 'Show what the system inside a container has logged',
  details: [
    'This is the journal inside, as journalctl shows it, also of a container that is down. One that keeps none while it is down (ephemeral ones, those of nixos-nspawn) has then only what its unit on this machine logged.',
    'For all else that journalctl can do: extra-container run NAME -- journalctl --since=-1h --priority=err',
  ],
  examples: ['extra-container logs web -n 50', 'extra-container logs web -f -u nginx'],
  options: {
    lines: { type: 'text', alias: 'n', value: 'LINES', description: 'Only the last lines' },
    follow: {
      type: 'flag',
      alias: 'f',
      description: 'After the last lines, show what comes, until the container stops or Ctrl-C is pressed',
    },
    unit: {
      type: 'list',
      alias: 'u',
      value: 'UNIT',
      description: 'Only of this unit inside; may be given several times',
    },
  },
  words: [1, 1],
  async run(host, { words: [name = ''], lines, follow, unit }) {
    if (lines !== undefined && !/^\d{1,9}$/.test(lines)) {
      throw new UsageError(`--lines takes a number, and ${JSON.stringify(lines)} is none.`)
    }
    const empty = unit.includes('')
    if (empty) throw new UsageError('--unit needs the name of a unit. Show those inside: run NAME -- systemctl')
    const { showLogs } = await import('../../container/logs.ts')
    return showLogs(host, name, { lines: lines === undefined ? undefined : Number(lines), follow, units: unit })
  },
})
