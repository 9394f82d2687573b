/** What a built container says it needs of the machine; nix/dialects/needs.nix writes it. */

export interface Needs {
  /** What the definition calls the container. */
  definedAs?: string
  /** What `extra.addressPrefix = "auto"` stands for. */
  autoPrefix?: string | null
  /** Sources of bind mounts. */
  files: readonly string[]
  /** Files of its credentials, and the options that name them. */
  credentials?: readonly { name: string; option: string; path: string }[]
  devices: readonly string[]
  bridges: readonly string[]
  /** Interfaces that move into the container, and those it gets a macvlan of. */
  interfaces: readonly string[]
  macvlans: readonly string[]
  /** Kinds of interfaces that the kernel must know: `veth`, `bridge`, `macvlan`. */
  linkKinds?: readonly string[]
  networkNamespace: string | null
  /** PROTOCOL/ADDRESS/PORT[/CONTAINER_PORT], ADDRESS empty for all. */
  forwarded: readonly string[]
  published: readonly string[]
  /** Where its sshd listens, and the public key that its root accepts from `cssh`. */
  ssh?: { port: number; key: string | null } | null
  /** Settings of its unit that limit it, each with the kernel's controller that carries it out. */
  limits: Readonly<Record<string, string>>
  /** Files that its kind has beside unit and conf, as paths below the built etc. */
  links?: readonly string[]
  /** Of the kind lxc: its address, whether the definition gives it, and the bridge that it joins. */
  nixcloud?: { ip: string; fixed: boolean; bridge: string; nat: boolean }
}

/** Most kinds need only some. */
const none = {
  files: [],
  devices: [],
  bridges: [],
  interfaces: [],
  macvlans: [],
  networkNamespace: null,
  forwarded: [],
  published: [],
  limits: {},
}

/** Reads the text of a needs file; undefined where there is none, as in the etc of a NixOS system. */
export const parseNeeds = (text: string | undefined): Needs | undefined =>
  text === undefined ? undefined : { ...none, ...(JSON.parse(text) as Partial<Needs>) }

export interface Port {
  protocol: string
  address: string
  port: number
}

export function parsePort(word: string): Port {
  const [protocol = '', address = '', port = ''] = word.split('/')
  return { protocol, address: address.replace(/^\[|\]$/g, ''), port: Number(port) }
}
