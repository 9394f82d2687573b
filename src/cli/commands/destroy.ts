/** `destroy`: by names, by definition, or all. */
import { UsageError } from '../../host/errors.ts'
import { defineCommand } from '../command.ts'
import { definitionOptions, noWaitFrom, reportFrom, reportOptions, requestFrom, waitOptions } from '../options.ts'

export const destroy = defineCommand({
  name: 'destroy',
  usage: ['NAME...', '--all', './FILE|/STORE_PATH|- [OPTION...]', '-E EXPR [OPTION...]', '--flake REF[#ATTR]'],
  summary: 'Stop containers and remove them with all their files',
  details: [
    'What begins with "." or "/", and "-" for standard input, is a definition: the containers that it declares are destroyed.',
    "Containers that something else made (the host's configuration, nixos-container) are left alone.",
  ],
  examples: [
    'extra-container destroy demo',
    'extra-container destroy ./containers.nix',
    'extra-container destroy --all',
  ],
  options: {
    all: { type: 'flag', alias: 'a', description: 'Destroy all containers that `list` shows' },
    ...definitionOptions,
    ...reportOptions,
    ...waitOptions,
  },
  words: [0, Number.POSITIVE_INFINITY],
  async run(host, args) {
    const { destroyAll, destroyDefined, destroyNamed } = await import('../../container/destroy-command.ts')
    const report = { ...reportFrom(args), ...noWaitFrom(args) }
    const [first, ...others] = args.words
    const byDefinition =
      args.expr !== undefined ||
      args.flake !== undefined ||
      (first === undefined && !args.all && Boolean(host.env.EXTRA_CONTAINER_ETC)) ||
      (first !== undefined && /^(\.|\/|-$)/.test(first))
    if (args.all) {
      if (first !== undefined || byDefinition) throw new UsageError('destroy takes either --all or names, not both.')
      await destroyAll(host, report)
    } else if (byDefinition) {
      if (others.length > 0) throw new UsageError(`destroy takes one definition, and ${others.join(' ')} is left over.`)
      await destroyDefined(host, requestFrom(args), report)
    } else {
      if (first === undefined)
        throw new UsageError('destroy needs the names of containers, or --all. Show them: extra-container list')
      await destroyNamed(host, args.words, report)
    }
    return 0
  },
})
