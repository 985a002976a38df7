import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'

import { dicomdirSource } from '../../../src-main/sources/dicomdir.ts'
import { encodeElement, join as bytes } from '../../fixtures/dicom/write-dicom.ts'
import type { TestElement } from '../../fixtures/dicom/write-dicom.ts'
import { temporaryFolder } from '../../fixtures/temp-folder.ts'
import { readSource } from './read-source.ts'

const base = temporaryFolder()
let folder: string
beforeEach(() => { folder = mkdtempSync(join(base, 'medium-')) })

function record(fileId: string | null, inUse = 0xffff): TestElement[] {
  return [{ tag: '00041410', vr: 'US', value: [inUse] }, { tag: '00041430', vr: 'CS', value: fileId === null ? 'PATIENT' : 'IMAGE' }, ...(fileId === null ? [] : [{ tag: '00041500', vr: 'CS', value: fileId }])]
}
function dicomdir(records: readonly (readonly TestElement[])[], sopClass = '1.2.840.10008.1.3.10'): string {
  const meta = [{ tag: '00020002', vr: 'UI', value: sopClass }, { tag: '00020010', vr: 'UI', value: '1.2.840.10008.1.2.1' }]
  const path = join(folder, 'DICOMDIR')
  writeFileSync(path, bytes([new Uint8Array(128), Buffer.from('DICM'), ...meta.map(encodeElement), encodeElement({ tag: '00041220', vr: 'SQ', value: records })]))
  return path
}
function put(file: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), 'x')
}

test('exactly the files that are named are given, each once; records out of use are left out', async () => {
  for (const file of ['DICOM/IM1', 'DICOM/IM2', 'DICOM/IM3', 'DICOM/EXTRA']) put(file)
  const path = dicomdir([record(null), record('DICOM\\IM1'), record('DICOM\\IM3'), record('DICOM\\IM1'), record('DICOM\\IM2', 0)])
  expect(await readSource(await dicomdirSource(path))).toEqual({ files: ['DICOM/IM1', 'DICOM/IM3'], unreadable: {}, notDicom: [] })
})

test('names are found in other letters, with the version of ISO 9660, and exactly where two differ in case alone', async () => {
  for (const file of ['dicom/im1', 'dicom/IM2.;1', 'dicom/im3.dcm;1', 'dicom/im4', 'dicom/IM4']) put(file)
  const path = dicomdir(['DICOM\\IM1', 'DICOM\\IM2', 'DICOM\\IM3.DCM', 'DICOM\\IM4'].map((id) => record(id)))
  expect((await readSource(await dicomdirSource(path))).files).toEqual(['dicom/im1', 'dicom/IM2.;1', 'dicom/im3.dcm;1', 'dicom/IM4'])
})

test('files that are missing are told, and those outside of the folder are not read', async () => {
  put('A')
  writeFileSync(join(base, 'outside'), 'x')
  const path = dicomdir(['GONE\\IM1', '..\\outside', 'B\\..\\..\\outside', '/etc/passwd', 'A'].map((id) => record(id)))
  expect(await readSource(await dicomdirSource(path))).toEqual({
    files: ['A'], notDicom: [],
    unreadable: { 'GONE/IM1': 'file-not-found', '../outside': 'not-allowed', 'B/../../outside': 'not-allowed', '/etc/passwd': 'not-allowed' },
  })
})

test('a file that is no DICOMDIR is refused', async () => {
  await expect(dicomdirSource(dicomdir([record('A')], '1.2.840.10008.5.1.4.1.1.7'))).rejects.toMatchObject({ code: 'bad-request' })
})
