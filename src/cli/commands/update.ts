/** `update`: running containers take over the system that their `path` names now; it may be built anew before. */
import { defineCommand } from '../command.ts'
import { sourceFrom, sourceOptions, systemOptionsFrom } from '../nixos-container/source.ts'
import { noWaitFrom, waitOptions } from '../options.ts'

export const update = defineCommand({
  name: 'update',
  usage: ['NAME... [OPTION...]'],
  summary: 'Build the systems of containers anew, and let those that run take them over in place',
  details: [
    'Containers that nixos-container made are built from the option given, or from what they were built from last: after a change of /etc/nixos-containers/NAME.nix, or of the flake.',
    'Containers with path = "/nix/var/nix/profiles/..." take over what their profile names now.',
  ],
  options: { ...waitOptions, ...sourceOptions },
  words: [1, Number.POSITIVE_INFINITY],
  async run(host, args) {
    const { updateNamed } = await import('../../container/imperative/update.ts')
    await updateNamed(host, args.words, sourceFrom(host, args), {
      ...systemOptionsFrom(host, args),
      ...noWaitFrom(args),
    })
    return 0
  },
})
