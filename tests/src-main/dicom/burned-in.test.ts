import { expect, it } from 'vitest'

import { decodeFrame } from '../../../src-main/dicom/pixels.ts'
import { readHeader } from '../../../src-main/dicom/header.ts'
import type { TestElement } from '../../fixtures/dicom/write-dicom.ts'
import { dicomFile } from '../../fixtures/dicom/write-dicom.ts'

const DX = '1.2.840.10008.5.1.4.1.1.1.1'
const file = (modality: string, sopClass = DX, ...more: [tag: string, value: string][]): Uint8Array => {
  const elements: TestElement[] = [{ tag: '00080016', vr: 'UI', value: sopClass }, { tag: '00080060', vr: 'CS', value: modality }, ...more.map(([tag, value]) => ({ tag, vr: 'CS', value }))]
  return dicomFile({ elements })
}

it.each([
  ['a radiograph that says nothing', 'no', file('DX')],
  ['a radiograph that says yes', 'yes', file('DX', DX, ['00280301', 'YES'])],
  ['an ultrasound image that says nothing', 'likely', file('US')],
  ['an ultrasound image that says no', 'no', file('US', DX, ['00280301', 'NO'])],
  ['a secondary capture', 'likely', file('CR', '1.2.840.10008.5.1.4.1.1.7')],
  ['a multi-frame secondary capture', 'likely', file('CR', '1.2.840.10008.5.1.4.1.1.7.2')],
  ['a digitised film', 'likely', file('CR', DX, ['00080064', 'DF'])],
  ['a saved screen', 'likely', file('CT', DX, ['00080008', 'DERIVED\\SECONDARY\\SCREEN SAVE'])],
] as const)('%s: burned-in text %s', async (_, expected, bytes) => {
  expect(readHeader(bytes).header.burnedIn).toBe(expected)
  expect((await decodeFrame(bytes)).notices.some(({ code }) => code === 'burned-in')).toBe(expected !== 'no')
})
