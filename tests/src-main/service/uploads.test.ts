import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

import type { ImportReport } from '../../../src-main/contract/records.ts'
import { serviceBench } from '../../fixtures/service.ts'
import type { Bench } from '../../fixtures/service.ts'
import { writeStudy } from '../../fixtures/study-files.ts'

let bench: Bench
beforeEach(async () => {
  bench = serviceBench()
  await bench.call('project.create', { file: join(bench.folder, 'p.rightreason') })
})
afterEach(() => bench.close())

async function* inPieces(bytes: Uint8Array) {
  for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100)
}

test('dropped files are written beside the project and imported from there, each under a name of its own', async () => {
  const bytes = readFileSync(writeStudy(join(bench.folder, 'a.dcm'), { uid: '1.2.1' }))
  const { id, folder } = await bench.call('import.receive')
  expect(folder.startsWith(join(bench.folder, 'p.files'))).toBe(true)
  expect(await bench.service.upload(id, 'st/a.dcm', bytes.length, inPieces(bytes))).toEqual({ path: 'st/a.dcm' })
  expect(await bench.service.upload(id, 'st/A.dcm', 3, inPieces(Buffer.from('abc')))).toEqual({ path: 'st/A~2.dcm' })
  const { result } = await bench.job('import.start', { folder })
  expect(result as ImportReport).toMatchObject({ found: 2, added: 1, notDicom: ['st/A~2.dcm'] })
})

test('what leads out of the folder, is too large, not whole or late is refused and leaves nothing behind', async () => {
  const { id, folder } = await bench.call('import.receive')
  const body = () => inPieces(Buffer.from('abc'))
  await expect(bench.service.upload(id, '../a.dcm', 3, body())).rejects.toMatchObject({ code: 'bad-request' })
  await expect(bench.service.upload(id, 'a.dcm', 2, body())).rejects.toMatchObject({ code: 'bad-request' })
  await expect(bench.service.upload(id, 'a.dcm', 4, body())).rejects.toMatchObject({ code: 'bad-request' })
  await expect(bench.service.upload(id, 'a.dcm', 2 ** 40, body())).rejects.toMatchObject({ code: 'not-allowed', message: expect.stringContaining('Add a folder') as string })
  await expect(bench.service.upload('no-such-id', 'a.dcm', 3, body())).rejects.toMatchObject({ code: 'bad-request' })
  const control = new AbortController()
  const slow = async function* () {
    yield Buffer.from('a')
    control.abort()
    yield Buffer.from('bc')
  }
  await expect(bench.service.upload(id, 'a.dcm', 3, slow(), { signal: control.signal })).rejects.toMatchObject({ code: 'cancelled' })
  expect(readdirSync(folder)).toEqual([])
  expect(readdirSync(join(bench.folder, 'p.files')).filter((name) => name.endsWith('.part'))).toEqual([])
  expect(existsSync(join(bench.folder, 'a.dcm'))).toBe(false)
})
