import { expect, test } from '@jest/globals'
import { freeAddresses } from '../../../../src/container/imperative/addresses.ts'

test('the first network that neither container nor interface has', () => {
  expect(freeAddresses([])).toEqual({ host: '10.233.1.1', local: '10.233.1.2' })
  expect(freeAddresses(['10.233.1.1', '10.233.1.2', '10.233.2.7/24', '10.23.3.1', ''])).toEqual({
    host: '10.233.3.1',
    local: '10.233.3.2',
  })
})

test('none is left', () => {
  const all = Array.from({ length: 254 }, (_, index) => `10.233.${index + 1}.1`)
  expect(() => freeAddresses(all)).toThrow('--host-address A --local-address A')
})
