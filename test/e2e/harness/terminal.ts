/** A program on a real terminal, driven as by a user: what is on the screen, keys, its size, closing it. */
import { type IPty, spawn } from '@lydell/node-pty'
import { processTree, type StartOptions } from './process.ts'

export interface Terminal {
  /** Presses keys. */
  type(keys: string): void
  /** Waits until that is printed behind what was waited for last; gives what was printed up to there. */
  shows(text: string | RegExp): Promise<string>
  resize(columns: number, rows: number): void
  /** Closes the window: the terminal hangs up. */
  close(): void
  /** To the program alone, as `kill PID` does. */
  signal(name: NodeJS.Signals): void
  /** Its exit status, or 128 + the signal's number. */
  ended: Promise<number>
  /** All that was printed. */
  screen(): string
}

// How bash tells a terminal where to paste.
const pasteMarks = new RegExp(`${String.fromCharCode(27)}\\[\\?2004[hl]\\r?`, 'g')

/** @param target the program's own PID, from that of the process that was started */
export function openTerminal(
  argv: readonly string[],
  options: Pick<StartOptions, 'timeout'>,
  target: (pid: number) => number,
): Terminal {
  const [file = '', ...args] = argv
  const pty = spawn(file, args, { cols: 100, rows: 40, name: 'xterm' })
  let printed = ''
  const screen = () => printed.replaceAll(pasteMarks, '')
  let seen = 0
  let ended = false
  pty.onData((data) => {
    printed += data
  })
  const limit = options.timeout ?? 60_000
  const end = new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => {
      const { lines } = processTree(pty.pid)
      pty.kill('SIGKILL')
      reject(new Error(`Not finished after ${limit} ms: ${argv.join(' ')}\n${screen()}\nIt did:\n${lines}`))
    }, limit)
    pty.onExit(({ exitCode, signal }) => {
      clearTimeout(timer)
      ended = true
      resolve(signal ? 128 + signal : exitCode)
    })
  })
  // A test that failed does not wait for it.
  end.catch(() => {})

  async function shows(wanted: string | RegExp): Promise<string> {
    const until = Date.now() + 30_000
    for (;;) {
      const text = screen().slice(seen)
      const at = typeof wanted === 'string' ? text.indexOf(wanted) : text.search(wanted)
      if (at >= 0) {
        const found = typeof wanted === 'string' ? wanted : (wanted.exec(text)?.[0] ?? '')
        seen += at + found.length
        return text.slice(0, at + found.length)
      }
      if (ended || Date.now() > until) {
        const { lines } = processTree(pty.pid)
        pty.kill('SIGHUP')
        throw new Error(
          `${ended ? 'It ended' : 'It waits'} without printing ${wanted}:\n${screen()}\nIt did:\n${lines}`,
        )
      }
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  return {
    type: (keys) => pty.write(keys),
    shows,
    resize: (columns, rows) => pty.resize(columns, rows),
    close: () => (pty as IPty & { destroy(): void }).destroy(),
    signal: (name) => process.kill(target(pty.pid), name),
    ended: end,
    screen,
  }
}
