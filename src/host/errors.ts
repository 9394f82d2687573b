/** The errors that a user is meant to read, and the exit status each ends the program with. */

/** 1: the operation failed; the machine or the container is at fault. */
export class OperationError extends Error {
  override name = 'OperationError'
  readonly exitStatus: number = 1
}

/** 2: the command line or the definition is wrong. */
export class UsageError extends OperationError {
  override name = 'UsageError'
  override readonly exitStatus = 2
}

/** The container is somebody else's. Thrown before anything is done. */
export class ForeignContainer extends OperationError {
  override name = 'ForeignContainer'
}

/** A program that this one started ended badly. */
export class CommandError extends OperationError {
  override name = 'CommandError'
  constructor(
    message: string,
    readonly argv: readonly string[],
    readonly exitCode: number | undefined,
    readonly signal: string | undefined,
    readonly stdout: string,
    readonly stderr: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** A program that this one needs is not installed. */
export class CommandMissing extends OperationError {
  override name = 'CommandMissing'
}

/** Another process holds a lock that is not waited for. */
export class LockBusy extends OperationError {
  override name = 'LockBusy'
  constructor(readonly lock: string) {
    super(`Another extra-container command holds the lock ${lock}`)
  }
}

/** As a shell gives them: 128 + the signal's number. */
const statusOf = { SIGINT: 130, SIGQUIT: 131, SIGTERM: 143, SIGHUP: 129 } as const

/** A signal asked the program to end. */
export class Interrupted extends OperationError {
  override name = 'Interrupted'
  override readonly exitStatus: number
  constructor(readonly signal: keyof typeof statusOf) {
    super(`Interrupted by ${signal}`)
    this.exitStatus = statusOf[signal]
  }

  /** By what an aborted signal has as its reason (Host.interrupted); SIGINT where that is none of them. */
  static from({ reason }: AbortSignal): Interrupted {
    return new Interrupted(Object.hasOwn(statusOf, reason) ? reason : 'SIGINT')
  }
}
