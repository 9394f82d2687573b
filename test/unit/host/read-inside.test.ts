/** Reading a file of a tree that somebody else writes. */
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { readInside } from '../../../src/host/read-inside.ts'

let above: string
let root: string
beforeEach(() => {
  above = fs.mkdtempSync(`${tmpdir()}/read-inside-test-`)
  root = `${above}/root`
  fs.mkdirSync(`${root}/etc/ssh`, { recursive: true })
  fs.writeFileSync(`${root}/etc/ssh/key`, 'inside')
  fs.mkdirSync(`${above}/outside`)
  fs.writeFileSync(`${above}/outside/key`, 'secret')
})
afterEach(() => fs.rmSync(above, { recursive: true }))

test('a plain file is read, also where the root is a link', async () => {
  expect(await readInside(root, '/etc/ssh/key')).toBe('inside')
  fs.symlinkSync(root, `${above}/link`)
  expect(await readInside(`${above}/link`, '/etc/ssh/key')).toBe('inside')
})

test.each<[string, (root: string) => void]>([
  ['the file is a link', (path) => relink(`${path}/etc/ssh/key`, '../../../outside/key')],
  ['the file is a link within the tree', (path) => relink(`${path}/etc/ssh/key`, '/etc/other')],
  ['a folder is a link', (path) => relink(`${path}/etc/ssh`, '../../outside')],
  ['the first folder is a link', (path) => relink(`${path}/etc`, '..')],
  ['the file is a folder', (path) => remake(`${path}/etc/ssh/key`, (at) => fs.mkdirSync(at))],
  ['the file is a pipe', (path) => remake(`${path}/etc/ssh/key`, (at) => execFileSync('mkfifo', [at]))],
  ['a folder is a file', (path) => remake(`${path}/etc/ssh`, (at) => fs.writeFileSync(at, ''))],
  ['it is missing', (path) => fs.rmSync(`${path}/etc/ssh/key`)],
  ['it is endless', (path) => fs.truncateSync(`${path}/etc/ssh/key`, 2 ** 30)],
])('nothing is read where %s', async (_, spoil) => {
  spoil(root)
  expect(await readInside(root, '/etc/ssh/key')).toBeUndefined()
})

test('nothing above the root is read', async () => {
  expect(await readInside(root, '/../outside/key')).toBeUndefined()
  expect(await readInside(root, '/etc/../../outside/key')).toBeUndefined()
})

const relink = (path: string, target: string) => remake(path, (at) => fs.symlinkSync(target, at))

function remake(path: string, make: (path: string) => void): void {
  fs.rmSync(path, { recursive: true })
  make(path)
}
