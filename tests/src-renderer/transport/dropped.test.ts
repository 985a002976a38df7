// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest'

import { filesOf, pathsOf, plainFiles, sendFiles } from '../../../src-renderer/transport/dropped.ts'

afterEach(() => vi.unstubAllGlobals())
const never = new AbortController().signal
const file = (name: string) => new File([name], name)

/** As a browser has it: a reader gives what a folder holds in parts, and nothing at its end. */
const entry = (fullPath: string, children?: object[]) => children
  ? { isFile: false, fullPath, createReader: () => {
      const parts = [children.slice(0, 1), children.slice(1), []]
      return { readEntries: (give: (found: object[]) => void) => give(parts.shift()!) }
    } }
  : { isFile: true, fullPath, file: (give: (found: File) => void) => give(file(fullPath)) }

test('every file below dropped folders is found with its path', async () => {
  const tree = [entry('/st', [entry('/st/1.dcm'), entry('/st/se', [entry('/st/se/2.dcm'), entry('/st/se/3.dcm')])]), entry('/a.zip')]
  const found: string[] = []
  for await (const { path } of filesOf(tree as unknown as FileSystemEntry[])) found.push(path)
  expect(found).toEqual(['st/1.dcm', 'st/se/2.dcm', 'st/se/3.dcm', 'a.zip'])
})

test('the desktop shell tells where files lie, the browser shell does not', () => {
  expect(pathsOf([file('a')])).toBeNull()
  vi.stubGlobal('rightReason', { pathOf: ({ name }: File) => name === 'made by a script' ? '' : `/data/${name}` })
  expect(pathsOf([file('a'), file('made by a script')])).toEqual(['/data/a'])
})

test('files are sent under their encoded paths, and the first refusal ends it with its reason', async () => {
  const sent: string[] = []
  vi.stubGlobal('fetch', vi.fn(async (url: URL, { method, body }: { method: string; body: File }) => {
    sent.push(`${method} ${url.pathname} ${await body.text()}`)
    return url.pathname.endsWith('bad') ? Response.json({ code: 'disk-full', message: 'No room.' }, { status: 507 }) : Response.json({ path: body.name })
  }))
  const counts: number[] = []
  expect(await sendFiles('id', plainFiles([file('a ä.dcm'), file('b')]), { signal: never, onSent: (count) => counts.push(count) })).toEqual(['a ä.dcm', 'b'])
  expect(sent.sort()).toEqual(['POST /upload/id/a%20%C3%A4.dcm a ä.dcm', 'POST /upload/id/b b'])
  expect(counts).toEqual([1, 2])
  const many = ['bad', ...Array.from({ length: 50 }, (_, at) => `f${at}`)].map(file)
  await expect(sendFiles('id', plainFiles(many), { signal: never, onSent: () => undefined })).rejects.toMatchObject({ code: 'disk-full', message: 'No room.' })
  expect(sent.length).toBeLessThan(20)
})
