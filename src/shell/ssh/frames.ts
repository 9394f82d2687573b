/** What cssh and the session tell each other over their socket: frames of a type, a length and that many bytes. */

export const types = {
  /** cssh's, once: what it was asked for, as JSON. */
  request: 0,
  /** cssh's: standard input, and its end. */
  stdin: 1,
  stdinEnd: 2,
  /** cssh's, as JSON: the terminal's size. */
  resize: 3,
  /** cssh's: the name of a signal that it got. */
  signal: 4,
  /** The session's: the command runs now, as JSON { raw: whether it has a terminal }. */
  started: 10,
  stdout: 11,
  stderr: 12,
  /** The session's: a line for standard error. */
  note: 13,
  /** The session's, last: the exit status. */
  exit: 14,
} as const

export interface Frame {
  type: number
  data: Buffer
}

export interface Size {
  columns: number
  rows: number
}

export interface Request {
  /** The words after `cssh`. */
  argv: readonly string[]
  /** The caller's terminal; absent where standard input, output or error is none. */
  terminal?: (Size & { term: string }) | undefined
  /** The socket of the caller's SSH agent. */
  agent?: string | undefined
}

export function encode(type: number, data: Buffer | string = ''): Buffer {
  const body = typeof data === 'string' ? Buffer.from(data) : data
  const frame = Buffer.allocUnsafe(5 + body.length)
  frame.writeUInt8(type, 0)
  frame.writeUInt32BE(body.length, 1)
  body.copy(frame, 5)
  return frame
}

/** Gives a function that takes what arrives, in any pieces, and gives the frames that are complete with it. */
export function createDecoder(): (chunk: Buffer) => Frame[] {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const frames: Frame[] = []
    while (rest.length >= 5) {
      const end = 5 + rest.readUInt32BE(1)
      if (rest.length < end) break
      frames.push({ type: rest.readUInt8(0), data: rest.subarray(5, end) })
      rest = rest.subarray(end)
    }
    return frames
  }
}
