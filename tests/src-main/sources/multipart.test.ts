import { expect, test } from 'vitest'

import { boundaryOf, readMultipart } from '../../../src-main/sources/multipart.ts'

async function* inPieces(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
async function partsOf(text: string, { size = 1, boundary = 'b' } = {}) {
  const parts: { type: string | undefined; body: string }[] = []
  for await (const { headers, body } of readMultipart(inPieces(Buffer.from(text, 'latin1'), size), boundary)) {
    const chunks: Buffer[] = []
    for await (const chunk of body) chunks.push(chunk)
    parts.push({ type: headers.get('content-type'), body: Buffer.concat(chunks).toString('latin1') })
  }
  return parts
}
/** As Orthanc writes it: a line break before the last boundary, headers, a length that is not trusted. */
const WHOLE = '--b\r\nContent-Type: application/dicom\r\nContent-Length: 99\r\n\r\none\r\n--bb\r\n--\r\r\n--b\r\ncontent-type:  x\r\n\r\n\r\n\r\n--b\r\n\r\nbare\r\n--b--\r\n'
const PARTS = [{ type: 'application/dicom', body: 'one\r\n--bb\r\n--\r' }, { type: 'x', body: '\r\n' }, { type: undefined, body: 'bare' }]

test.each([1, 2, 3, 7, 1000])('parts come whole in pieces of %i bytes, what looks like a boundary with them', async (size) => {
  const text = WHOLE.replace('--bb', '--a')
  expect(await partsOf(text, { size })).toEqual([{ ...PARTS[0], body: 'one\r\n--a\r\n--\r' }, ...PARTS.slice(1)])
})

test('what stands before the first boundary and behind the last is left out, and an empty part is empty', async () => {
  expect(await partsOf('preamble\r\n--b\r\n\r\n\r\n--b\r\nA: b\r\n\r\nx\r\n--b--', { size: 4 })).toEqual([{ type: undefined, body: '' }, { type: undefined, body: 'x' }])
})

test('a part that is not read to its end does not spoil the next', async () => {
  const bodies: string[] = []
  for await (const { body } of readMultipart(inPieces(Buffer.from(`--b\r\n\r\n${'x'.repeat(5000)}\r\n--b\r\n\r\nsecond\r\n--b\r\n\r\nunread\r\n--b\r\n\r\nlast\r\n--b--`), 64), 'b')) {
    if (bodies.length === 2) {
      bodies.push('(left out)')
      continue
    }
    for await (const chunk of body) {
      bodies.push(String(chunk))
      break
    }
  }
  expect(bodies.map((text) => text.slice(0, 10))).toEqual(['x'.repeat(10), 'second', '(left out)', 'last'])
})

test.each([
  ['cut within a part', '--b\r\n\r\nhal'],
  ['cut within a head', '--b\r\nContent-T'],
  ['without any boundary', 'nothing of the kind'],
  ['with words behind a boundary', '--b word\r\n\r\nx\r\n--b--'],
  ['with an endless head', `--b\r\n${'a: b\r\n'.repeat(10_000)}\r\nx\r\n--b--`],
  ['with an endless preamble', 'x'.repeat(200_000)],
])('a body %s is refused', async (_name, text) => {
  await expect(partsOf(text, { size: 1000 })).rejects.toMatchObject({ code: 'server-answer-damaged' })
})

test('the boundary is found quoted or bare, and only in a multipart type', () => {
  expect(boundaryOf('multipart/related; type="application/dicom"; boundary=a-1')).toBe('a-1')
  expect(boundaryOf('Multipart/Related;boundary="x y/z";type=a')).toBe('x y/z')
  for (const type of ['application/json', 'multipart/related', 'multipart/related; boundary=""', `multipart/related; boundary=${'x'.repeat(71)}`, 'multipart/form-data; boundary=x']) expect(boundaryOf(type)).toBeNull()
})
