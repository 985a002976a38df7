import { expect, it } from 'vitest'

import { decodeFrame } from '../../../src-main/dicom/pixels.ts'
import { countTextLines, textWarning, withTextNotice } from '../../../src-main/dicom/pixel-text.ts'
import { dicomFile } from '../../fixtures/dicom/write-dicom.ts'
import { drawnText } from '../../fixtures/drawn-text.ts'

const film = (text: string, photometric = 'MONOCHROME2', frames = 1): Uint8Array => {
  const { data } = drawnText(200, 240, [{ text, x: 20, y: 60, em: 20 }])
  const pixels = Uint8Array.from(data, (value) => Math.round(255 * Math.min(1, Math.max(0, photometric === 'MONOCHROME1' ? 1 - value : value))))
  return dicomFile({ rows: 200, columns: 240, photometric, frames, pixels: new Uint8Array(Buffer.concat(Array.from({ length: frames }, () => pixels))), elements: [{ tag: '00080060', vr: 'CS', value: 'CR' }] })
}

it('A film whose pixels show words is warned of, inverted or not; one with a marker is not', async () => {
  for (const photometric of ['MONOCHROME2', 'MONOCHROME1']) {
    const { notices } = withTextNotice(await decodeFrame(film('MUSTERMANN', photometric)))
    expect(notices.find(({ code }) => code === 'text-in-pixels')?.message).toContain('(1 line)')
  }
  const marked = await decodeFrame(film('R'))
  expect(withTextNotice(marked)).toBe(marked)
})

it('Only the first frame of several is looked at', async () => {
  const bytes = film('MUSTERMANN', 'MONOCHROME2', 2)
  const second = await decodeFrame(bytes, 1)
  expect(countTextLines(second)).toBe(1)
  expect(withTextNotice(second)).toBe(second)
})

it('No line is no warning', () => expect([textWarning(0), textWarning(2)]).toEqual([null, expect.stringContaining('2 lines') as string]))
