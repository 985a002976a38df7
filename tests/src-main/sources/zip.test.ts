import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { beforeEach, expect, test } from 'vitest'

import { zipSource } from '../../../src-main/sources/zip.ts'
import { dicomFile } from '../../fixtures/dicom/write-dicom.ts'
import { temporaryFolder } from '../../fixtures/temp-folder.ts'
import { zipFile } from '../../fixtures/zip-file.ts'
import type { TestEntry } from '../../fixtures/zip-file.ts'
import { readSource } from './read-source.ts'

const image = (uid: string) => dicomFile({ elements: [{ tag: '00080018', vr: 'UI', value: uid }] })
const base = temporaryFolder()
let folder: string
let into: string
beforeEach(() => {
  folder = mkdtempSync(join(base, 'zip-'))
  into = join(folder, 'side')
})

function archive(entries: readonly TestEntry[], name = 'a.zip'): string {
  const path = join(folder, name)
  writeFileSync(path, zipFile(entries))
  return path
}
const everyFile = (at: string) => existsSync(at) ? readdirSync(at, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name) : []

test('DICOM entries are unpacked byte for byte with their folders, others stay in the archive', async () => {
  const source = await zipSource(archive([{ name: 'st/se/1.dcm', bytes: image('1.1') }, { name: 'st/2', bytes: image('1.2'), method: 0 }, { name: 'st/', bytes: new Uint8Array() }, { name: 'read.me', bytes: Buffer.from('x'.repeat(40_000)) }]), into)
  expect(await readSource(source)).toEqual({ files: ['st/se/1.dcm', 'st/2'], unreadable: {}, notDicom: ['read.me'] })
  expect(new Uint8Array(readFileSync(join(source.root, 'st/se/1.dcm')))).toEqual(image('1.1'))
  expect(everyFile(folder).sort()).toEqual(['1.dcm', '2', 'a.zip'])
})

test.each(['../out.dcm', 'a/../../out.dcm', '/out.dcm', 'C:\\out.dcm', '\\\\server\\out.dcm', '..\\out.dcm'])('an entry named %s writes nothing outside of the folder and is told', async (name) => {
  const source = await zipSource(archive([{ name, bytes: image('1.1') }, { name: 'good.dcm', bytes: image('1.2') }]), into)
  expect(await readSource(source)).toEqual({ files: ['good.dcm'], unreadable: { [name.replaceAll('\\', '/')]: 'archive-refused' }, notDicom: [] })
  expect(everyFile(folder).sort()).toEqual(['a.zip', 'good.dcm'])
})

test('names that a file system may not take, or takes for one, are written under others', async () => {
  const names = ['CON.dcm', 'a:b.dcm', 'A.dcm', 'a.dcm', 'trailing. ', `${'long'.repeat(60)}.dcm`]
  const { files, unreadable } = await readSource(await zipSource(archive(names.map((name, at) => ({ name, bytes: image(`1.${at}`) }))), into))
  expect(unreadable).toEqual({})
  expect(files.slice(0, 5)).toEqual(['_CON.dcm', 'a_b.dcm', 'A.dcm', 'a~2.dcm', 'trailing_'])
  expect(files[5]).toMatch(/^.{120}$/)
  expect(files[5]).toMatch(/\.dcm$/)
})

test('encrypted, wrongly compressed and damaged entries are told one by one, and the rest goes on', async () => {
  const entries: TestEntry[] = [
    { name: 'secret.dcm', bytes: image('1.1'), flags: 0x801 },
    { name: 'odd.dcm', bytes: image('1.2'), method: 99 },
    { name: 'checksum.dcm', bytes: image('1.3'), checksum: 1 },
    { name: 'longer.dcm', bytes: image('1.4'), size: 100 },
    { name: 'good.dcm', bytes: image('1.5') },
  ]
  const { files, unreadable } = await readSource(await zipSource(archive(entries), into))
  expect(files).toEqual(['good.dcm'])
  expect(unreadable).toEqual({ 'secret.dcm': 'archive-refused', 'odd.dcm': 'archive-refused', 'checksum.dcm': 'archive-damaged', 'longer.dcm': 'archive-damaged' })
  expect(everyFile(into)).toEqual(['good.dcm'])
})

test('an archive that would unpack to far more than it holds is refused before anything is unpacked', async () => {
  const declared = Array.from({ length: 3 }, (_, at) => ({ name: `${at}.dcm`, bytes: image('1'), size: 2 ** 30 }))
  await expect(zipSource(archive(declared), into)).rejects.toMatchObject({ code: 'archive-refused', message: expect.stringContaining('unpack it yourself') as string })
  const bytes = Buffer.alloc(2 ** 20)
  const overlapping = Array.from({ length: 500 }, (_, at) => ({ name: `${at}.dcm`, bytes, ...(at > 0 ? { sharesBytesOf: 0 } : {}) }))
  await expect(zipSource(archive(overlapping), into)).rejects.toMatchObject({ code: 'archive-refused', message: expect.stringContaining('overlap') as string })
  expect(existsSync(into)).toBe(false)
})

test('an entry that inflates to more than it declares is cut off and removed', async () => {
  const bytes = Buffer.concat([image('1.1'), Buffer.alloc(4 * 2 ** 20)])
  const { files, unreadable } = await readSource(await zipSource(archive([{ name: 'bomb.dcm', bytes, size: 100_000 }]), into))
  expect({ files, unreadable }).toEqual({ files: [], unreadable: { 'bomb.dcm': 'archive-damaged' } })
  expect(everyFile(into)).toEqual([])
})

test.each([['cut off', (whole: Buffer) => whole.subarray(0, whole.length - 10)], ['no archive', () => Buffer.from('PK\x03\x04 nothing')], ['a wild directory', (whole: Buffer) => Buffer.from(whole).fill(0xff, whole.length - 60, whole.length - 30)]])('a zip file that is damaged (%s) is refused as a whole', async (_name, damage) => {
  const path = archive([{ name: '1.dcm', bytes: image('1.1') }])
  writeFileSync(path, damage(readFileSync(path)))
  await expect(zipSource(path, into)).rejects.toMatchObject({ code: 'archive-damaged' })
})

test('a cancelled unpacking keeps what it has, goes on from there, and the same content elsewhere is the same folder', async () => {
  const entries = Array.from({ length: 300 }, (_, at) => ({ name: `d${at % 7}/${at}.dcm`, bytes: image(`1.${at}`) }))
  const first = await zipSource(archive(entries), into)
  expect((await readSource(first, { stopAfter: 30 })).files).toHaveLength(30)
  mkdirSync(join(folder, 'elsewhere'))
  const again = await zipSource(archive(entries, 'elsewhere/a.zip'), into)
  expect(again.root).toBe(first.root)
  writeFileSync(join(first.root, 'd0/0.dcm'), readFileSync(join(first.root, 'd0/0.dcm')).fill(7))
  expect((await readSource(again)).files).toHaveLength(300)
  expect(readFileSync(join(first.root, 'd0/0.dcm'))[0]).toBe(7)
})

test('pictures are unpacked where they are asked for', async () => {
  const path = archive([{ name: 'a.png', bytes: Buffer.from(encode({ width: 4, height: 4, channels: 1, data: new Uint8Array(16) })) }])
  expect(await readSource(await zipSource(path, into))).toMatchObject({ files: [], notDicom: ['a.png'] })
  expect(await readSource(await zipSource(path, into, { pictures: true }))).toMatchObject({ files: ['a.png'], notDicom: [] })
})
