/** Conf files: `KEY=value` lines, as nixos-container and the container's unit (EnvironmentFile=) read them. */

export type Conf = ReadonlyMap<string, string>

const unquote = (value: string) => /^(["'])(.*)\1$/.exec(value)?.[2] ?? value

/** Reads the text of a conf file. Lines that assign nothing are skipped; of two that assign the same key the last wins. */
export function parseConf(text: string): Conf {
  const settings = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, key, value] = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? []
    if (key !== undefined && value !== undefined) settings.set(key, unquote(value.trim()))
  }
  return settings
}

const without = (text: string, prefix: string) =>
  text
    .split('\n')
    .filter((line) => !line.startsWith(prefix))
    .join('\n')

/** A conf's text, but for which system runs. */
export const confWithoutSystem = (text: string) => without(text, 'SYSTEM_PATH=')

/** A unit's text, but for the line that changes with the container's system. */
export const unitWithoutTriggers = (text: string) => without(text, 'X-Restart-Triggers=')
