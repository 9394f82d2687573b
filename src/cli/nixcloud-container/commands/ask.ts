/** `nixcloud-container show-ip`, `exists` and `state` */
import { OperationError } from '../../../host/errors.ts'
import { defineCommand } from '../../command.ts'

export const showIp = defineCommand({
  name: 'show-ip',
  usage: ['NAME'],
  summary: "Print a container's address",
  options: {},
  words: [1, 1],
  unprivileged: true,
  async run(host, args) {
    const { requireNixcloud } = await import('../../../container/nixcloud/installed.ts')
    const name = args.words[0] ?? ''
    const address = (await requireNixcloud(host, name)).get('LOCAL_ADDRESS')
    if (!address)
      throw new OperationError(`Container "${name}" is half removed. Run: nixcloud-container destroy ${name}`)
    host.out(address)
    return 0
  },
})

export const exists = defineCommand({
  name: 'exists',
  usage: ['NAME'],
  summary: 'Say whether there is a container of this name; the exit status is 1 where there is none',
  options: {},
  words: [1, 1],
  unprivileged: true,
  async run(host, args) {
    const { findNixcloud } = await import('../../../container/nixcloud/installed.ts')
    const name = args.words[0] ?? ''
    const found = (await findNixcloud(host, name)) !== undefined
    host.out(`container with name ${name} does ${found ? 'exist' : 'not exist'}.`)
    return found ? 0 : 1
  },
})

export const state = defineCommand({
  name: 'state',
  aliases: ['status'],
  usage: ['NAME'],
  summary: 'Print RUNNING or STOPPED',
  options: {},
  words: [1, 1],
  async run(host, args) {
    const { runs, withNixcloud } = await import('../../../container/nixcloud/installed.ts')
    const name = args.words[0] ?? ''
    host.out((await withNixcloud(host, name, (engine) => runs(engine, name))) ? 'RUNNING' : 'STOPPED')
    return 0
  },
})
