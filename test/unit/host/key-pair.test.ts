/** The SSH keys in /tmp: made once, and nothing that another user could have planted is used or followed. */
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import ssh2 from 'ssh2'
import { generateKeys, type KeyPairOptions, keepKeyPair } from '../../../src/host/key-pair.ts'

let above: string
let folder: string
const uid = process.getuid?.() ?? 0
let locks = 0
const keep = (options: Partial<KeyPairOptions> = {}) =>
  keepKeyPair(folder, {
    owner: uid,
    lock: async () => {
      locks += 1
      return { release: async () => {} }
    },
    ...options,
  })
const modeOf = (path: string) => fs.lstatSync(path).mode & 0o7777

beforeEach(() => {
  above = fs.mkdtempSync(`${tmpdir()}/key-pair-test-`)
  folder = `${above}/keys`
  locks = 0
})
afterEach(() => fs.rmSync(above, { recursive: true }))

test('a pair is made, under a lock, and used again without', async () => {
  const made = await keep()
  expect(made.publicKey).toMatch(/^ssh-ed25519 \S+ extra-container$/)
  expect(locks).toBe(1)
  expect(await keep()).toEqual(made)
  expect(locks).toBe(1)
  expect([modeOf(folder), modeOf(`${folder}/key`), modeOf(`${folder}/key.pub`)]).toEqual([0o711, 0o600, 0o644])
  expect(fs.readdirSync(folder)).toEqual(['key', 'key.pub'])
})

test("it is in OpenSSH's format", async () => {
  const { publicKey } = await keep()
  expect(execFileSync('ssh-keygen', ['-y', '-f', `${folder}/key`], { encoding: 'utf8' }).trim()).toBe(publicKey)
})

/** A pair of those that ssh2 makes now and then and cannot read. */
function unreadable() {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519')
    if (ssh2.utils.parseKey(pair.private) instanceof Error) return pair
  }
}

test('a key that ssh2 cannot read is not taken from it, and one that is there is replaced', async () => {
  const bad = unreadable()
  const good = generateKeys(ssh2.utils)
  const left = [bad, bad, good]
  expect(generateKeys({ ...ssh2.utils, generateKeyPairSync: () => left.shift() ?? good })).toBe(good)

  fs.mkdirSync(folder, { mode: 0o711 })
  fs.writeFileSync(`${folder}/key`, bad.private, { mode: 0o600 })
  fs.writeFileSync(`${folder}/key.pub`, `${bad.public}\n`)
  const { privateKey } = await keep()
  expect(privateKey).not.toBe(bad.private)
  expect(ssh2.utils.parseKey(privateKey)).not.toBeInstanceOf(Error)
})

test('two that make it at once have the same', async () => {
  let free: Promise<void> = Promise.resolve()
  const lock = async () => {
    const before = free
    let release = () => {}
    free = new Promise((resolve) => (release = resolve))
    await before
    return { release: async () => release() }
  }
  const [one, other] = await Promise.all([keep({ lock }), keep({ lock })])
  expect(one).toEqual(other)
})

describe('a folder is refused, and nothing behind it touched, that', () => {
  const elsewhere = () => `${above}/elsewhere`
  beforeEach(() => fs.mkdirSync(elsewhere()))

  test('is a link', async () => {
    fs.symlinkSync(elsewhere(), folder)
    await expect(keep()).rejects.toThrow(
      `${folder} is a link or a file instead of a folder, so it is not used for SSH keys. Remove it: sudo rm -r`,
    )
    expect(fs.readdirSync(elsewhere())).toEqual([])
    expect(modeOf(elsewhere())).not.toBe(0o711)
  })

  test('is a link that leads nowhere', async () => {
    fs.symlinkSync(`${above}/missing`, folder)
    await expect(keep()).rejects.toThrow('is a link or')
    expect(fs.existsSync(`${above}/missing`)).toBe(false)
  })

  test('is a file', async () => {
    fs.writeFileSync(folder, 'mine')
    await expect(keep()).rejects.toThrow('instead of a folder')
    expect(fs.readFileSync(folder, 'utf8')).toBe('mine')
  })

  test('is a pipe', async () => {
    execFileSync('mkfifo', [folder])
    await expect(keep()).rejects.toThrow('instead of a folder')
  })

  test("is another user's", async () => {
    fs.mkdirSync(folder, 0o700)
    await expect(keep({ owner: uid + 1 })).rejects.toThrow(`belongs to the user with the number ${uid}`)
    expect(fs.readdirSync(folder)).toEqual([])
  })

  test('others can write to', async () => {
    fs.mkdirSync(folder)
    fs.chmodSync(folder, 0o777)
    await expect(keep()).rejects.toThrow('can be written by other users (mode 777)')
    expect(fs.readdirSync(folder)).toEqual([])
  })
})

describe('a pair is made anew, without following or writing to what is there, where', () => {
  test.each<[string, (path: string, precious: string) => void]>([
    [
      'the private key is a link',
      (path, precious) => replace(`${path}/key`, () => fs.symlinkSync(precious, `${path}/key`)),
    ],
    [
      'the public key is a link',
      (path, precious) => replace(`${path}/key.pub`, () => fs.symlinkSync(precious, `${path}/key.pub`)),
    ],
    ['the private key has another name too', (path) => fs.linkSync(`${path}/key`, `${path}/../other`)],
    ['others can read the private key', (path) => fs.chmodSync(`${path}/key`, 0o644)],
    ['others can write to the public key', (path) => fs.chmodSync(`${path}/key.pub`, 0o666)],
    ['the private key is a pipe', (path) => replace(`${path}/key`, () => execFileSync('mkfifo', [`${path}/key`]))],
    ['the private key is a folder', (path) => replace(`${path}/key`, () => fs.mkdirSync(`${path}/key`))],
    ['the private key is gone', (path) => fs.rmSync(`${path}/key`)],
    ['the public key is empty', (path) => fs.writeFileSync(`${path}/key.pub`, '')],
    ['the private key is something else', (path) => fs.writeFileSync(`${path}/key`, 'something else')],
  ])('%s', async (_, spoil) => {
    const precious = `${above}/precious`
    fs.writeFileSync(precious, 'precious')
    const before = await keep()
    spoil(folder, precious)
    const after = await keep()
    expect(after.publicKey).not.toBe(before.publicKey)
    expect(fs.lstatSync(`${folder}/key`).isFile()).toBe(true)
    expect([modeOf(`${folder}/key`), modeOf(`${folder}/key.pub`)]).toEqual([0o600, 0o644])
    expect(fs.readFileSync(precious, 'utf8')).toBe('precious')
    expect(await keep()).toEqual(after)
  })

  test('the two do not belong together', async () => {
    await keep()
    const other = await keepKeyPair(`${above}/other`, { owner: uid, lock: async () => undefined })
    fs.writeFileSync(`${folder}/key.pub`, other.publicKey)
    expect((await keep()).publicKey).not.toBe(other.publicKey)
  })
})

function replace(path: string, by: () => void): void {
  fs.rmSync(path)
  by()
}

test('the user who called sudo gets the private key, and it stays the same', async () => {
  const root = uid === 0
  const reader = root ? { uid: 12345, gid: 12345 } : { uid, gid: process.getgid?.() ?? 0 }
  const made = await keep()
  expect(await keep({ reader })).toEqual(made)
  expect(fs.statSync(`${folder}/key`).uid).toBe(reader.uid)
  expect(modeOf(`${folder}/key`)).toBe(0o600)
  expect(fs.statSync(`${folder}/key.pub`).uid).toBe(uid)
  expect(await keep()).toEqual(made)
})
