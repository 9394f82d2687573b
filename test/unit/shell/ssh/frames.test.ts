/** What cssh and the session send each other. */
import { expect, test } from '@jest/globals'
import { createDecoder, encode, types } from '../../../../src/shell/ssh/frames.ts'

test('frames come out as they went in, whatever the pieces', () => {
  const sent = [encode(types.stdin, Buffer.from([0, 255, 10])), encode(types.stdinEnd), encode(types.note, 'grüß')]
  const bytes = Buffer.concat(sent)
  for (let piece = 1; piece <= bytes.length; piece++) {
    const decode = createDecoder()
    const got = []
    for (let at = 0; at < bytes.length; at += piece) got.push(...decode(bytes.subarray(at, at + piece)))
    expect(got.map(({ type, data }) => [type, data.toString('hex')])).toEqual([
      [types.stdin, '00ff0a'],
      [types.stdinEnd, ''],
      [types.note, Buffer.from('grüß').toString('hex')],
    ])
  }
})
