/** `create`: installs containers, and starts or changes them where that is asked for. */
import { UsageError } from '../../host/errors.ts'
import { defineCommand } from '../command.ts'
import {
  changeOptions,
  containerOptions,
  definitionDetails,
  definitionOptions,
  extraFrom,
  noWaitFrom,
  readyFrom,
  readyOptions,
  reportFrom,
  reportOptions,
  requestFrom,
  sshOptions,
  waitOptions,
} from '../options.ts'

export const create = defineCommand({
  name: 'create',
  aliases: ['add'],
  usage: ['FILE|DIR|STORE_PATH|- [OPTION...]', '-E EXPR [OPTION...]', '--flake REF[#ATTR] [OPTION...]'],
  summary: 'Install the containers of a definition',
  details: definitionDetails,
  examples: [
    'extra-container create containers.nix --start',
    "extra-container create --start -E '{ containers.demo.config = {}; }'",
    'extra-container create containers.nix --restart-changed',
    'extra-container create containers.nix --start --dry-run',
  ],
  options: {
    ...definitionOptions,
    ...changeOptions,
    ...containerOptions,
    ...sshOptions,
    ...readyOptions,
    ...reportOptions,
    ...waitOptions,
  },
  words: [0, 1],
  async run(host, args) {
    const mode = { start: args.start, update: args['update-changed'], restart: args['restart-changed'] }
    const wait = readyFrom(args)
    if (wait && !(mode.start || mode.update || mode.restart)) {
      throw new UsageError('--wait is for containers that run. Add --start.')
    }
    const { createContainers } = await import('../../container/create.ts')
    await createContainers(
      host,
      { ...requestFrom(args), extra: extraFrom(args), ssh: args.ssh },
      {
        mode,
        wait,
        ...reportFrom(args),
        ...noWaitFrom(args),
      },
    )
    return 0
  },
})
