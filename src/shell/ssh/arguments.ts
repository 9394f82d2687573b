/** The words after `cssh`, in ssh(1)'s own way: options, in a session of several containers a NAME, a command. */
import { UsageError } from '../../host/errors.ts'

export interface Forward {
  address: string
  port: number
  host: string
  hostPort: number
}

export interface SshArguments {
  container: string
  /** undefined: a login shell. */
  command: string | undefined
  /** -L, -R */
  local: Forward[]
  remote: Forward[]
  /** -A */
  agent: boolean
  /** -N: forward only. */
  noCommand: boolean
  /** -n: nothing on standard input. */
  noInput: boolean
  /** -t and -T; undefined: a terminal where the caller has one. */
  terminal: boolean | undefined
}

export const usage = (names: readonly string[]): string =>
  [
    `Usage: cssh [OPTION...]${names.length > 1 ? ` ${names.join('|')}` : ''} [COMMAND [ARG...]]`,
    '',
    'Runs a command in the container over SSH, or a login shell.',
    '',
    '  -L [ADDRESS:]PORT:HOST:HOST_PORT  let a port of this machine lead to HOST as the container sees it',
    '  -R [ADDRESS:]PORT:HOST:HOST_PORT  let a port of the container lead to HOST as this machine sees it',
    '  -N  no command, only -L and -R',
    '  -A  let the container use the SSH agent of $SSH_AUTH_SOCK',
    '  -t  make a terminal even where standard input, output or error is none, -T: never make one',
    '  -n  read nothing from standard input',
  ].join('\n')

/**
 * @param names the session's containers
 * @throws UsageError
 */
export function parseSshArguments(argv: readonly string[], names: readonly string[]): SshArguments {
  const [only = ''] = names
  const parsed: SshArguments = {
    container: only,
    command: undefined,
    local: [],
    remote: [],
    agent: false,
    noCommand: false,
    noInput: false,
    terminal: undefined,
  }
  let words = parseOptions(argv, parsed)
  if (names.length > 1) {
    const [name, ...others] = words
    if (name === undefined || !names.includes(name)) {
      const fault = name === undefined ? 'It is not said which container.' : `There is no container ${name} here.`
      throw new UsageError(`${fault} Write cssh NAME [COMMAND], with NAME one of ${names.join(', ')}.`)
    }
    parsed.container = name
    // ssh takes options after the host too.
    words = parseOptions(others, parsed)
  }
  // As ssh does: the shell inside reads them as one line.
  if (words.length > 0) parsed.command = words.join(' ')
  if (parsed.noCommand && parsed.command !== undefined) {
    throw new UsageError(`-N runs no command, and ${JSON.stringify(parsed.command)} is given. Leave one out.`)
  }
  return parsed
}

/** Gives the words behind the options. */
function parseOptions(argv: readonly string[], parsed: SshArguments): string[] {
  const words = [...argv]
  while (words[0]?.startsWith('-') && words[0] !== '-') {
    const word = words.shift() ?? ''
    if (word === '--') break
    for (let at = 1; at < word.length; at++) {
      const letter = word[at] ?? ''
      if (letter === 'L' || letter === 'R') {
        const spec = word.slice(at + 1) || words.shift()
        parsed[letter === 'L' ? 'local' : 'remote'].push(parseForward(`-${letter}`, spec))
        break
      }
      setFlag(parsed, letter, word)
    }
  }
  return words
}

function setFlag(parsed: SshArguments, letter: string, word: string): void {
  if (letter === 'A') parsed.agent = true
  else if (letter === 'N') parsed.noCommand = true
  else if (letter === 'n') parsed.noInput = true
  else if (letter === 't') parsed.terminal = true
  else if (letter === 'T') parsed.terminal = false
  else {
    throw new UsageError(`cssh has no option ${word}. Show all: cssh --help`)
  }
}

const forwardPattern = /^(?:(\[[^\]]*\]|[^:[\]]*):)?(\d+):(\[[^\]]+\]|[^:[\]]+):(\d+)$/

function parseForward(option: string, spec: string | undefined): Forward {
  const [, address, port, host = '', hostPort] = forwardPattern.exec(spec ?? '') ?? []
  const ports = [port, hostPort].map(Number)
  if (host === '' || ports.some((number) => number > 65535) || ports[1] === 0) {
    const given = spec === undefined ? 'nothing' : JSON.stringify(spec)
    throw new UsageError(
      `${option} needs [ADDRESS:]PORT:HOST:HOST_PORT, for instance 8080:localhost:80, and ${given} is given.`,
    )
  }
  const bare = (text: string) => text.replace(/^\[|\]$/g, '')
  // ssh's `*` and empty address are all addresses.
  const listen = address === undefined ? '127.0.0.1' : ['', '*'].includes(bare(address)) ? '::' : bare(address)
  return { address: listen, port: Number(port), host: bare(host), hostPort: Number(hostPort) }
}
