/** Writes values as Nix. */

/** A string literal. */
export const nixString = (text: string): string => `"${text.replace(/["\\]|\$(?=\{)/g, '\\$&').replace(/\r/g, '\\r')}"`

/** A path value: a literal cannot hold spaces and the like. */
export const nixPath = (path: string): string => `(/. + ${nixString(path)})`
