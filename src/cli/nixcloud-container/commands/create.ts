/** `nixcloud-container create` */
import { defineCommand } from '../../command.ts'
import { lxcWords, nixParameters, nixWords, noLxcParameters, refuseWords } from '../parameters.ts'

export const create = defineCommand({
  name: 'create',
  usage: ['NAME FILE [-n WORDS]'],
  summary: 'Make a container from a configuration',
  details: [
    'FILE holds a NixOS module that may take pkgs, ip and name; or a set { configuration = MODULE; autostart = true; ' +
      'network = { bridge = "br0"; ip = "10.10.1.2"; enableNat = true; }; } of which only configuration is needed. Without ' +
      'network.ip the container gets the lowest address that is free, for as long as it lives.',
  ],
  examples: [
    'nixcloud-container create example example.nix',
    'nixcloud-container create test ./config.nix -n "-I nixpkgs=/nixpkgs"',
  ],
  options: { ...nixParameters, ...noLxcParameters },
  words: [2, 2],
  async run(host, args) {
    const { createNixcloud } = await import('../../../container/nixcloud/create.ts')
    const [name = '', file = ''] = args.words
    refuseWords('create', lxcWords(args))
    await createNixcloud(host, name, file, nixWords(args))
    return 0
  },
})
