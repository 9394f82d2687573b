/** The machine this program runs on, as every operation sees it. Only src/main.ts builds the real one (real-host.ts). */
import type { Duplex } from 'node:stream'

export interface RunOptions {
  /** Text for standard input; nothing is connected without it. */
  input?: string
  /** Added to the environment. */
  env?: Record<string, string | undefined>
  cwd?: string
  /** Milliseconds; the process gets SIGTERM then, and SIGKILL five seconds later. */
  timeout?: number
  /** Do not throw when the exit status is not 0. */
  allowFailure?: boolean
  /** 'inherit' shows standard error as it comes, beside keeping it. */
  stderr?: 'capture' | 'inherit'
  /** Gets standard error as it comes; the result's stays empty. */
  onStderr?: (text: string) => void
  /** Told when it has started. */
  onStart?: () => void
  /** Stops the process (SIGTERM). */
  signal?: AbortSignal
  /** Asked when it is stopped: milliseconds until SIGKILL; 5000 without. */
  patience?: () => number
}

export interface RunResult {
  argv: readonly string[]
  /** Undefined when a signal ended it. */
  exitCode: number | undefined
  signal: string | undefined
  stdout: string
  stderr: string
}

export interface AttachedResult {
  /** As a shell gives it: the exit status, or 128 + the signal's number. */
  status: number
}

/** A path, and what of it matters: its content, where a link leads, or only what it is (a link followed or not). */
export interface LookedFor {
  path: string
  aspect: 'content' | 'link' | 'kind' | 'own-kind'
}

export interface Looked {
  there: boolean
  /** Another text as soon as what was asked for has changed. */
  print: string
  folder: boolean
  /** Milliseconds since 1970: when it, or its content, changed last; when it was made (0 where that is not known). */
  changed: number
  born: number
  /** As the file's owner may set it: when its content changed. */
  modified: number
}

export interface Files {
  /** Never throws: what cannot be looked at has a print of its own. */
  look(asked: readonly LookedFor[]): Looked[]
  exists(path: string): Promise<boolean>
  /** undefined where there is no such file. */
  read(path: string): Promise<string | undefined>
  write(path: string, text: string, mode?: number): Promise<void>
  /** The text of a symbolic link; undefined where the path is none. */
  readLink(path: string): Promise<string | undefined>
  /** Path with all links resolved; undefined where something on the way is missing. */
  realPath(path: string): Promise<string | undefined>
  /** Puts a link in place in one step (link under another name, then rename). */
  link(target: string, path: string): Promise<void>
  /** Names in a folder, sorted; [] where there is no such folder. */
  list(path: string): Promise<string[]>
  isDirectory(path: string): Promise<boolean>
  makeDirectory(path: string, mode?: number): Promise<void>
  /** Removes one file or link; no error where there is none. Never follows a link. */
  removeFile(path: string): Promise<void>
  /** Removes an empty folder; no error where there is none or it holds something. */
  removeEmptyDirectory(path: string): Promise<void>
  /** Removes a tree without crossing into another file system and without following links. */
  removeTree(path: string): Promise<void>
  /**
   * The text of a file below `root`, a tree that somebody else writes: undefined too where a link is on the way, or where it
   * is no plain file.
   */
  readInside(root: string, path: string): Promise<string | undefined>
  /** A fresh folder under the machine's temporary folder, mode 0700. */
  temporaryDirectory(): Promise<{ path: string; release(): Promise<void> }>
}

export interface Lock {
  release(): Promise<void>
  /** Removes its file as well. */
  remove(): Promise<void>
}

export interface LockOptions {
  shared?: boolean
  noWait?: boolean
  /** A signal does not end the wait: for what must be done before this process ends. */
  patient?: boolean
}

export interface KeyPair {
  /** In OpenSSH's format. */
  privateKey: string
  /** One line, as authorized_keys has it. */
  publicKey: string
}

export interface Listener {
  /** Where it listens: a path, or the port that was free. */
  at: string | number
  /** No new connections, and none of those that are open. */
  close(): Promise<void>
}

/** Connections. A stream's errors end it and need no listener. */
export interface Sockets {
  /** A stream that the other side ends is closed. On a unix socket of that name under /run/extra-container that only this user reaches; it ends with this process. */
  serve(name: string, onConnection: (stream: Duplex) => void): Promise<Listener>
  /** On a TCP port. @throws Error as Node gives it, for instance EADDRINUSE */
  listen(address: string, port: number, onConnection: (stream: Duplex) => void): Promise<Listener>
  /** @throws Error as Node gives it, for instance ECONNREFUSED; ETIMEDOUT after `timeout` milliseconds */
  connect(host: string, port: number, timeout: number): Promise<Duplex>
}

export interface Host {
  /** Runs to the end and keeps what it printed. Throws CommandError when it fails, CommandMissing when there is no such program. */
  run(file: string, args: readonly string[], options?: RunOptions): Promise<RunResult>
  /** Runs with this process's own stdin, stdout and stderr. Signals of the terminal reach it directly. */
  attach(
    file: string,
    args: readonly string[],
    options?: Pick<RunOptions, 'env' | 'cwd' | 'signal'>,
  ): Promise<AttachedResult>
  /** Starts a process of its own session that outlives this one; its output goes to logFile. Gives its PID. */
  startDaemon(file: string, args: readonly string[], logFile: string, env?: Record<string, string>): Promise<number>
  /** Sends a signal; false where there is no such process. */
  kill(pid: number, signal: NodeJS.Signals): boolean
  /** Kills all processes in a cgroup and below, in one step; false where the kernel (before 5.14) cannot. */
  killCgroup(folder: string): boolean
  /** Processes are moved between cgroups without delay from now on, for `longest` milliseconds or until the function that it gives is called. */
  hurryCgroupMoves(longest: number): () => void
  /**
   * Waits for and takes the lock of that name under /run/extra-container/locks; the kernel frees it when this process
   * dies. Gives undefined where `noWait` is set and another process holds it.
   */
  lock(name: string, options?: LockOptions): Promise<Lock | undefined>
  /** Takes several, in the order given, by one process. @throws LockBusy where `noWait` is set and one is held */
  locks(names: readonly string[], options?: LockOptions): Promise<Lock[]>
  files: Files
  sockets: Sockets
  /**
   * The SSH keys kept in a folder of /tmp, made where there are none.
   * @throws OperationError where another user could have planted the folder
   */
  keyPair(folder: string): Promise<KeyPair>
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  uid: number
  pid: number
  tty: Readonly<{ stdin: boolean; stdout: boolean; stderr: boolean }>
  /** All of standard input. */
  readStdin(): Promise<string>
  /** A result: one line on standard output. */
  out(line: string): void
  /** Everything else: one line on standard error. */
  note(line: string): void
  /** A line that the next one replaces, '' takes it away. Only on a terminal. */
  status(line: string): void
  sleep(milliseconds: number): Promise<void>
  /** Does that again and again, one after the other, until the function that it gives is called; keeps no process alive. */
  every(milliseconds: number, work: () => Promise<void>): () => void
  /** Aborted on SIGINT, SIGQUIT, SIGTERM or SIGHUP; `reason` is the signal's name. Operations pass it to what they wait for. */
  interrupted: AbortSignal
  /** Until it is released, SIGINT aborts `signal` and not `interrupted`. */
  catchInterrupt(): { signal: AbortSignal; release(): void }
  /** Of this machine's processor, as Node names it: `x64`, `arm64`. */
  arch: string
  /** How many processes can run at the same time. */
  cores: number
  /** The program that runs this one. */
  node: string
  /** The folder this program is installed in: holds nix/, bin/, src/. */
  root: string
}
