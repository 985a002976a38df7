import { describe, expect, it } from 'vitest'

import { decodeFrame } from '../../../src-main/dicom/pixels.ts'
import type { TestElement, TestImage } from '../../fixtures/dicom/write-dicom.ts'
import { dicomFile } from '../../fixtures/dicom/write-dicom.ts'

const pipelineOf = async (elements: TestElement[], image: TestImage = {}) => (await decodeFrame(dicomFile({ ...image, elements }))).grayscale!
const ds = (tag: string, value: string): TestElement => ({ tag, vr: 'DS', value })
const cs = (tag: string, value: string): TestElement => ({ tag, vr: 'CS', value })

describe('The grayscale pipeline of a header', () => {
  it('has the rescale with its unit', async () => {
    expect(await pipelineOf([ds('00281052', '-1024'), ds('00281053', '2'), { tag: '00281054', vr: 'LO', value: 'HU' }]))
      .toMatchObject({ modality: { kind: 'linear', slope: 2, intercept: -1024 }, unit: 'HU' })
  })

  it('has every window with its name and function, and leaves out those without width', async () => {
    const pipeline = await pipelineOf([ds('00281050', '40\\300\\7'), ds('00281051', '400\\1500\\0'), { tag: '00281055', vr: 'LO', value: 'SOFT\\BONE\\NONE' }, cs('00281056', 'LINEAR_EXACT')])
    expect(pipeline.windows).toEqual([
      { center: 40, width: 400, function: 'LINEAR_EXACT', explanation: 'SOFT' },
      { center: 300, width: 1500, function: 'LINEAR_EXACT', explanation: 'BONE' },
    ])
  })

  it('has the Modality LUT in the place of the rescale, and VOI LUTs', async () => {
    const table = (first: number, vr = 'US'): TestElement[] => [{ tag: '00283002', vr, value: [3, first, 8] }, { tag: '00283003', vr: 'LO', value: 'NAME' }, { tag: '00283006', vr: 'OW', value: [5, 6, 7] }]
    const pipeline = await pipelineOf([{ tag: '00283000', vr: 'SQ', value: [table(1)] }, { tag: '00283010', vr: 'SQ', value: [table(0xfffe, 'SS'), table(9)] }])
    expect(pipeline.modality).toEqual({ kind: 'table', firstMapped: 1, values: [5, 6, 7], bits: 8, explanation: 'NAME' })
    expect(pipeline.luts.map(({ firstMapped }) => firstMapped)).toEqual([-2, 9])
  })

  it.each([
    ['MONOCHROME1', [], true],
    ['MONOCHROME2', [], false],
    ['MONOCHROME2', [cs('20500020', 'INVERSE')], true],
    ['MONOCHROME1', [cs('20500020', 'INVERSE')], true],
    ['MONOCHROME2', [cs('20500020', 'IDENTITY')], false],
  ] as [string, TestElement[], boolean][])('inverts once: %s %j → %s', async (photometric, elements, inverse) => {
    expect((await pipelineOf(elements, { photometric })).inverse).toBe(inverse)
  })

  it('keeps padding and its range limit out of the range of stored values', async () => {
    const image = { rows: 1, columns: 4, bitsAllocated: 16, signed: true, pixels: new Uint8Array(Int16Array.of(-2000, -1990, 5, 90).buffer) } satisfies TestImage
    const pipeline = await pipelineOf([{ tag: '00280120', vr: 'SS', value: [0x10000 - 2000] }, { tag: '00280121', vr: 'SS', value: [0x10000 - 1990] }], image)
    expect(pipeline).toMatchObject({ padding: { low: -2000, high: -1990 }, storedRange: { low: 5, high: 90 } })
  })

  it('is a frame\'s own in an enhanced multi-frame object', async () => {
    const voi = (center: string): TestElement[] => [{ tag: '00289132', vr: 'SQ', value: [[ds('00281050', center), ds('00281051', '100')]] }]
    const bytes = dicomFile({ frames: 2, pixels: new Uint8Array(32), elements: [
      { tag: '52009229', vr: 'SQ', value: [[{ tag: '00289145', vr: 'SQ', value: [[ds('00281052', '-7'), ds('00281053', '1')]] }, { tag: '00289110', vr: 'SQ', value: [[ds('00280030', '0.5\\0.25')]] }]] },
      { tag: '52009230', vr: 'SQ', value: [voi('10'), voi('20')] },
    ] })
    const [first, second] = [await decodeFrame(bytes, 0), await decodeFrame(bytes, 1)]
    expect([first, second].map(({ grayscale }) => grayscale!.windows[0].center)).toEqual([10, 20])
    expect(second).toMatchObject({ grayscale: { modality: { intercept: -7 } }, spacing: { rowMm: 0.5, columnMm: 0.25 }, pixelAspect: 2 })
  })
})

describe('Spacing names its source', () => {
  it.each([
    [[ds('00280030', '0.2\\0.2')], { rowMm: 0.2, columnMm: 0.2, source: 'calibrated' }],
    [[ds('00181164', '0.2\\0.2')], { rowMm: 0.2, columnMm: 0.2, source: 'imager' }],
    [[ds('00280030', '0.1\\0.1'), ds('00181164', '0.2\\0.2')], { rowMm: 0.1, columnMm: 0.1, source: 'calibrated' }],
    [[ds('00280030', '0.2\\0.2'), ds('00181164', '0.2\\0.2')], { rowMm: 0.2, columnMm: 0.2, source: 'imager' }],
    [[ds('00280030', '0\\0')], { rowMm: 1, columnMm: 1, source: 'none' }],
  ])('%j', async (elements, spacing) => {
    expect((await decodeFrame(dicomFile({ elements }))).spacing).toEqual(spacing)
  })

  it('and the pixel aspect ratio holds where there is none', async () => {
    expect((await decodeFrame(dicomFile({ elements: [{ tag: '00280034', vr: 'IS', value: '4\\3' }] }))).pixelAspect).toBeCloseTo(4 / 3)
  })
})

describe('Overlays', () => {
  const plane = (extra: TestElement[]): TestElement[] => [
    { tag: '60000010', vr: 'US', value: [2] }, { tag: '60000011', vr: 'US', value: [2] }, { tag: '60000050', vr: 'SS', value: [2, 1] }, ...extra,
  ]

  it('with data of their own are unpacked and placed', async () => {
    const { overlays } = await decodeFrame(dicomFile({ elements: plane([{ tag: '60003000', vr: 'OW', value: [0b1001] }, { tag: '60001500', vr: 'LO', value: 'Marks' }]) }))
    expect(overlays).toEqual([{ label: 'Marks', rows: 2, columns: 2, bits: Uint8Array.of(1, 0, 0, 1), originRow: 1, originColumn: 0 }])
  })

  it('in the high bits of the pixels are found there and not in the values', async () => {
    const frame = await decodeFrame(dicomFile({ rows: 2, columns: 2, bitsAllocated: 16, bitsStored: 12, pixels: new Uint8Array(Uint16Array.of(0x1001, 2, 0x1003, 4).buffer), elements: plane([{ tag: '60000102', vr: 'US', value: [12] }]) }))
    expect(frame.overlays[0].bits).toEqual(Uint8Array.of(1, 0, 1, 0))
    expect(Array.from(frame.stored)).toEqual([1, 2, 3, 4])
  })
})

it('What the reader should know is said: loss with its ratio, burned-in text, a missing window, a mended header', async () => {
  const frame = await decodeFrame(dicomFile({ preamble: false, elements: [cs('00282110', '01'), ds('00282112', '12.5'), cs('00282114', 'ISO_15444_1'), cs('00280301', 'YES')] }))
  expect(frame.lossy).toEqual({ ratio: 12.5, method: 'ISO_15444_1' })
  expect(frame.notices.map(({ code }) => code)).toEqual(['lossy', 'no-window', 'burned-in', 'header-mended'])
})
