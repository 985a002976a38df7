import { describe, expect, test } from 'vitest'
import { DEFAULT_CONFIGURATION } from '../../../resources/demo/generator/configuration.ts'
import { writeStudy } from '../../../resources/demo/generator/dicom/study.ts'
import { SYNTAXES } from '../../../resources/demo/generator/dicom/syntaxes.ts'
import { DEVICES, SITES } from '../../../resources/demo/generator/equipment.ts'
import { frameOf } from '../../../resources/demo/generator/frame.ts'
import { SYNTAX_KEYS } from '../../../resources/demo/generator/presentation.ts'
import { drawStudy } from '../../../resources/demo/generator/series.ts'
import { readHeader } from '../../../src-main/dicom/header.ts'
import { decodeFrame } from '../../../src-main/dicom/pixels.ts'

const SEED = 63
const studies = Array.from({ length: 6 }, (_, index) => drawStudy(SEED, index, DEFAULT_CONFIGURATION))

describe(`DICOM files of seed ${SEED}`, () => {
  test.each(SYNTAX_KEYS)('a file coded as %s gives back every stored value and the grayscale pipeline', async (syntax) => {
    const { subject, image } = studies[SYNTAX_KEYS.indexOf(syntax)]
    const bytes = await writeStudy(subject, { ...image, syntax })
    const frame = await decodeFrame(bytes)
    const expected = frameOf(image)
    expect(readHeader(bytes).header.transferSyntax.uid).toBe(SYNTAXES[syntax].uid)
    expect(Buffer.from(frame.stored.buffer, frame.stored.byteOffset, frame.stored.byteLength).equals(Buffer.from(image.values.buffer))).toBe(true)
    expect(frame.grayscale).toMatchObject({ windows: expected.grayscale!.windows, inverse: image.inverted, storedRange: expected.grayscale!.storedRange, modality: { kind: 'linear', slope: 1, intercept: 0 } })
    expect(frame.spacing).toMatchObject({ source: 'imager', rowMm: expect.closeTo(image.pixelCm * 10, 3) })
  })

  test('the header says what was drawn', async () => {
    for (const { subject, image } of studies) {
      const { header } = readHeader(await writeStudy(subject, image))
      const device = DEVICES[subject.device]
      expect(header).toMatchObject({
        patientId: `DEMO-${String(subject.index).padStart(3, '0')}`, sex: subject.sex, ageYears: subject.ageYears, view: subject.view,
        manufacturer: device.manufacturer, modelName: device.model, modality: device.modality, institution: SITES[subject.site].institution,
        bodyPart: 'CHEST', rows: image.rows, columns: image.columns, bitsStored: image.bitsStored,
        photometric: image.inverted ? 'MONOCHROME1' : 'MONOCHROME2', burnedIn: 'no', hasPixels: true, mended: [],
      })
      expect(header.sopInstanceUid).toMatch(/^2\.25\.[1-9][0-9]{0,38}$/)
    }
  })

  test('no two studies share an identifier', async () => {
    const headers = await Promise.all(studies.map(async ({ subject, image }) => readHeader(await writeStudy(subject, image)).header))
    for (const key of ['sopInstanceUid', 'studyInstanceUid', 'seriesInstanceUid', 'patientId', 'accession'] as const) {
      expect(new Set(headers.map((header) => header[key])).size).toBe(headers.length)
    }
  })

  test('the same seed gives the same bytes, another seed others', async () => {
    const file = async (seed: number): Promise<Buffer> => {
      const { subject, image } = drawStudy(seed, 1, DEFAULT_CONFIGURATION)
      return writeStudy(subject, image)
    }
    expect((await file(SEED)).equals(await file(SEED))).toBe(true)
    expect((await file(SEED)).equals(await file(SEED + 1))).toBe(false)
  })
})
