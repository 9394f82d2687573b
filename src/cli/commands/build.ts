/** `build`: prints the store path of what `create` would install. */
import { defineCommand } from '../command.ts'
import { definitionDetails, definitionOptions, requestFrom, sshOptions } from '../options.ts'

export const build = defineCommand({
  name: 'build',
  usage: ['FILE|DIR|- [OPTION...]', '-E EXPR [OPTION...]', '--flake REF[#ATTR] [OPTION...]'],
  summary: 'Build the containers of a definition and print the store path',
  details: [...definitionDetails, 'The path can be given to `create`, also on another machine.'],
  examples: ['extra-container create "$(extra-container build containers.nix)"'],
  options: {
    ...definitionOptions,
    ...sshOptions,
    'dry-run': { type: 'flag', description: 'Only evaluate, and print what would be built and fetched' },
  },
  words: [0, 1],
  async run(host, args) {
    const { buildContainers, checkRequest, describeContainers } = await import('../../container/build.ts')
    const request = { ...requestFrom(args), ssh: args.ssh }
    if (args['dry-run']) {
      const described = await describeContainers(host, await checkRequest(host, request))
      host.out(described === '' ? 'Everything is built already.' : described)
      return 0
    }
    const { etc } = await buildContainers(host, await checkRequest(host, request))
    host.out(etc.replace(/\/etc$/, ''))
    return 0
  },
})
