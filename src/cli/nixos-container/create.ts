/** `nixos-container create`: a container from options and one configuration. */
import type { Port } from '../../container/imperative/create.ts'
import { UsageError } from '../../host/errors.ts'
import { defineCommand } from '../command.ts'
import { sourceFrom, sourceOptions, systemOptionsFrom } from './source.ts'

export const create = defineCommand({
  name: 'create',
  usage: ['NAME [OPTION...]'],
  summary: 'Make a container with a private network, from a configuration',
  examples: ["nixos-container create demo --config 'services.openssh.enable = true;'", 'nixos-container start demo'],
  options: {
    ...sourceOptions,
    'system-path': { type: 'text', value: 'PATH', description: 'Take this system, which is built already' },
    'ensure-unique-name': {
      type: 'flag',
      description: 'Where the name is taken, make NAME-0, NAME-1 ... instead. Prints the name',
    },
    'auto-start': { type: 'flag', description: 'Start the container when this machine boots' },
    bridge: { type: 'text', value: 'INTERFACE', description: 'Connect the container to this bridge of the machine' },
    port: {
      type: 'list',
      value: '[tcp|udp:]PORT[:CONTAINER_PORT]',
      description: 'Forward a port of this machine to the container; may be given several times',
    },
    'host-address': { type: 'text', value: 'ADDRESS', description: "The machine's address on the container's network" },
    'local-address': { type: 'text', value: 'ADDRESS', description: 'The address of the container' },
    'use-host-network': { type: 'flag', description: "Give the container this machine's network instead of its own" },
  },
  words: [1, 1],
  async run(host, args) {
    const { createImperative } = await import('../../container/imperative/create.ts')
    const { 'host-address': hostAddress, 'local-address': localAddress } = args
    if ((hostAddress === undefined) !== (localAddress === undefined)) {
      throw new UsageError('--host-address and --local-address need each other. Give both, or neither.')
    }
    const networked = hostAddress !== undefined || args.bridge !== undefined || args.port.length > 0
    if (args['use-host-network'] && networked) {
      throw new UsageError('--use-host-network leaves no network for --bridge, --port and addresses. Remove one.')
    }
    const name = await createImperative(
      host,
      args.words[0] ?? '',
      sourceFrom(host, args) ?? { kind: 'config', text: '' },
      {
        uniqueName: args['ensure-unique-name'],
        autoStart: args['auto-start'],
        privateNetwork: !args['use-host-network'],
        bridge: args.bridge,
        ports: args.port.flatMap((text) => text.split(',')).map(parsePort),
        addresses: hostAddress && localAddress ? { host: hostAddress, local: localAddress } : undefined,
        ...systemOptionsFrom(host, args),
      },
    )
    if (args['ensure-unique-name']) host.out(name)
    return 0
  },
})

/** As systemd-nspawn's --port takes it. @throws UsageError */
export function parsePort(text: string): Port {
  const [, protocol, hostPort, containerPort] = /^(?:(tcp|udp):)?(\d{1,5})(?::(\d{1,5}))?$/.exec(text) ?? []
  if (hostPort === undefined) {
    throw new UsageError(
      `--port ${JSON.stringify(text)} is no port. Write [tcp|udp:]PORT[:CONTAINER_PORT]: tcp:8080:80`,
    )
  }
  const port = Number(hostPort)
  return {
    protocol: protocol === 'udp' ? 'udp' : 'tcp',
    hostPort: port,
    containerPort: containerPort === undefined ? port : Number(containerPort),
  }
}
