/** Addresses for containers that are given none, as nixos-container gives them: 10.233.N.1 and 10.233.N.2. Pure. */
import { OperationError } from '../../host/errors.ts'

export interface AddressPair {
  host: string
  local: string
}

/**
 * @param used addresses of containers and interfaces, with or without a prefix length
 * @throws OperationError where all are used
 */
export function freeAddresses(used: readonly string[]): AddressPair {
  const taken = new Set(used.map((address) => /^10\.233\.(\d+)\.\d+(\/|$)/.exec(address)?.[1]))
  for (let number = 1; number < 255; number++) {
    const prefix = `10.233.${number}`
    if (!taken.has(String(number))) return { host: `${prefix}.1`, local: `${prefix}.2` }
  }
  throw new OperationError(
    'All of 10.233.1.0 to 10.233.254.0 is used by containers. Give addresses: --host-address A --local-address A',
  )
}
