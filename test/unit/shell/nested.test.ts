/** Whether a `shell` is within a session of its containers, and what the session says to helpers. */
import { expect, test } from '@jest/globals'
import type { Declared } from '../../../src/container/etc.ts'
import type { Needs } from '../../../src/container/needs.ts'
import { isWithin, renamedBy } from '../../../src/shell/nested.ts'
import { environment } from '../../../src/shell/session.ts'
import { fakeHost } from '../../fake-host.ts'

const file = { path: '/nix/store/x', text: '' }
const container = (name: string, definedAs: string, address = ''): Declared => ({
  name,
  unit: file,
  conf: file,
  settings: new Map(address ? [['LOCAL_ADDRESS', address]] : []),
  needs: { definedAs } as Needs,
})
const variables = (...declared: Declared[]) => environment(fakeHost(), { cgroup: '/cg' }, declared)

test('all of its containers, some, or none of them', () => {
  expect(isWithin({}, ['a'])).toBe(false)
  expect(isWithin({ runningShellContainer: 'a b' }, ['a', 'b'])).toBe(true)
  expect(isWithin({ runningShellContainer: 'a b' }, ['b'])).toBe(true)
  expect(isWithin({ runningShellContainer: 'a b' }, ['c'])).toBe(false)
  expect(() => isWithin({ runningShellContainer: 'a b' }, ['b', 'c'])).toThrow('the definition also has c')
})

test('names that the session gave are known to the next shell', () => {
  const env = variables(container('web-x1', 'web'), container('db', 'db'))
  expect(renamedBy(env)).toEqual({ web: 'web-x1' })
  expect(renamedBy({ EXTRA_CONTAINER_RENAMED: '{' })).toEqual({})
  expect(renamedBy({})).toEqual({})
})

test('one container has name and ip; a lab has an address for each', () => {
  expect(variables(container('web', 'web', '10.1.2.2/24'))).toMatchObject({
    name: 'web',
    ip: '10.1.2.2',
    ip_web: '10.1.2.2',
    names: 'web',
    EXTRA_CONTAINER_LAB: '',
    EXTRA_CONTAINER_CGROUP: '/cg/machine.slice/container@web.service',
  })
  expect(variables(container('my-db-x1', 'my-db', '10.1.2.2'), container('web-x1', 'web'))).toMatchObject({
    name: '',
    ip: '',
    ip_my_db: '10.1.2.2',
    ip_web: '',
    names: 'my-db web',
    EXTRA_CONTAINER_LAB: 'my-db=my-db-x1 web=web-x1',
    EXTRA_CONTAINER_MACHINES: '/cg/machine.slice',
  })
})
