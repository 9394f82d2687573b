/** What is asked of machines while they are installed, whatever kind they are of: units.ts does it. */

export type State = 'running' | 'starting' | 'stopping' | 'stopped' | 'failed'

export interface StartOptions {
  /** Gives up: throws Interrupted. */
  signal?: AbortSignal | undefined
  /** Returns at once; they go on starting. */
  skip?: AbortSignal | undefined
}

/** Where the host has what of a container is looked at beside its unit's state. */
export interface Places {
  /** The file of its unit. */
  unitFile(name: string): string
  /** Its root folder while it is down. */
  rootFolder(name: string): Promise<string>
}

export interface Machines {
  /** The state of each; a name that systemd does not know is 'stopped'. One call for all. */
  states(names: readonly string[]): Promise<Map<string, State>>
  /** Starts all at once and waits until each is ready. Throws StartError naming each that failed, with its last journal lines. */
  start(names: readonly string[], options?: StartOptions): Promise<void>
  stop(names: readonly string[]): Promise<void>
  /** A stop, then a start: `systemctl restart` fails where machined still holds the old machine (NixOS/nixpkgs#43652). */
  restart(names: readonly string[]): Promise<void>
  /** Kills at once, without an orderly shutdown, and makes systemd forget the unit's failure. */
  terminate(names: readonly string[]): Promise<void>
  /** The PID, in this process's PID namespace, of the container's init; undefined where it does not run. */
  leader(name: string): Promise<number | undefined>
  /** The same of several; what does not run is left out. */
  leaders(names: readonly string[]): Promise<Map<string, number>>
  /** Rereads unit files. */
  reload(): Promise<void>
  /** The last lines that the container's unit logged, oldest first. */
  journal(name: string, lines: number): Promise<string[]>
}
