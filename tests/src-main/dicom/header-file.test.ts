import { open } from 'node:fs/promises'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, it, vi } from 'vitest'

import { readHeaderFile } from '../../../src-main/dicom/header-file.ts'
import { dicomFile } from '../../fixtures/dicom/write-dicom.ts'
import { temporaryFolder } from '../../fixtures/temp-folder.ts'

const folder = temporaryFolder()

/** Bytes that are read from disk for a header; every handle's `read` is the same function. */
async function bytesRead(path: string): Promise<number> {
  const handle = await open(path)
  const prototype = Object.getPrototypeOf(handle) as { read: (...argument: unknown[]) => Promise<{ bytesRead: number }> }
  await handle.close()
  const spy = vi.spyOn(prototype, 'read')
  try {
    await readHeaderFile(path)
    const counts = await Promise.all(spy.mock.results.map(async ({ value }) => (await (value as Promise<{ bytesRead: number }>)).bytesRead))
    return counts.reduce((sum, count) => sum + count, 0)
  } finally {
    spy.mockRestore()
  }
}

it.each([
  ['a small header', 100, 16 * 1024],
  ['a header of 100 kB', 100_000, 256 * 1024],
])('Of a file of 18 MB with %s no more is read than one step beyond the header', async (_, headerBytes, atMost) => {
  const path = join(folder, 'large.dcm')
  writeFileSync(path, dicomFile({ rows: 3000, columns: 3000, bitsAllocated: 16, elements: [{ tag: '00091010', vr: 'OB', value: new Uint8Array(headerBytes) }] }))
  expect(await bytesRead(path)).toBeLessThanOrEqual(atMost)
  expect((await readHeaderFile(path)).header).toMatchObject({ rows: 3000, hasPixels: true })
})
