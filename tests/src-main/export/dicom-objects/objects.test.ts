import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ReviewError } from '../../../../src-main/contract/errors.ts'
import type { DataSetView } from '../../../../src-main/dicom/data-set.ts'
import { parseDicom } from '../../../../src-main/dicom/parse.ts'
import { runExport } from '../../../../src-main/export/run-export.ts'
import type { ExportOptions, ExportSource } from '../../../../src-main/export/types.ts'
import { exportCase, exportOptions, sampleCase, sampleImage, sampleMap, sampleSource } from '../sample-source.ts'

const VALIDATOR = spawnSync('dciodvfy', ['-version']).error ? 'dciodvfy (Debian: dicom3tools) is not installed' : null
if (VALIDATOR) console.warn(`DICOM objects are not validated: ${VALIDATOR}`)

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'right-reason-objects-')) })
afterEach(() => rmSync(folder, { recursive: true }))

const hostile = exportCase({ flag: { ...sampleCase().flag!, reader: 'O\'Néill^=cmd', note: '=cmd|"/C calc"!A1 \\ </script>\nsecond \u202e\u0007 日本' } })
async function made(format: string, source: ExportSource, change: Partial<ExportOptions> = {}): Promise<{ path: string; view: DataSetView }[]> {
  const out = join(folder, `${format}-${change.identifiers ?? 'pseudonym'}`)
  await runExport(format, source, exportOptions(out, change))
  return readdirSync(out).filter((name) => name.endsWith('.dcm')).sort().map((name) => ({ path: join(out, name), view: parseDicom(new Uint8Array(readFileSync(join(out, name)))).dataSet }))
}

/** All content items of a report: the code of the concept → the item. */
function contentOf(view: DataSetView): Map<string, DataSetView> {
  const walk = (item: DataSetView): DataSetView[] => item.items('0040a730').flatMap((child) => [child, ...walk(child)])
  return new Map(walk(view).flatMap((item) => item.items('0040a043').map((name) => [name.string('00080100', 'SH'), item] as const)))
}

describe.each(['dicom-sr', 'dicom-ko', 'dicom-sc', 'dicom-pmap'])('%s', (format) => {
  it.skipIf(VALIDATOR).each(['pseudonym', 'deidentified', 'plain'] as const)('passes an independent validator with identifiers %s', async (identifiers) => {
    const { path } = (await made(format, sampleSource([hostile]), { identifiers }))[0]!
    const { stdout, stderr } = spawnSync('dciodvfy', [path], { encoding: 'utf8' })
    // the sample's own UIDs and pseudonyms are no good ones; what is looked for here is the object's structure
    expect(`${stdout}${stderr}`.split('\n').filter((line) => line.startsWith('Error'))).toEqual([])
  })

  it('says with which model, method, layer and class, and refers to its image', async () => {
    const { path, view } = (await made(format, sampleSource([hostile])))[0]!
    const [model] = view.items('0018a001')
    expect([model!.string('00081090'), model!.string('00181020')]).toEqual(['model.onnx', 'm'.repeat(64)])
    expect(model!.text('0018a003', 'ST')).toMatch(/Grad-CAM \(gradcam\), layer features\/last, class normal \(0\)/)
    expect(readFileSync(path, 'latin1')).toContain('1.2.3.4')
    expect(view.text('00120062', 'CS')).toBe('YES')
  })

  it('names neither patient nor study unless plain identifiers are asked for', async () => {
    const { view } = (await made(format, sampleSource([hostile])))[0]!
    const { view: plain } = (await made(format, sampleSource([hostile]), { identifiers: 'plain' }))[0]!
    const told = (of: DataSetView) => ['00100010', '00100020', '00100030', '00080020', '0020000d', '00080050'].map((tag) => of.text(tag))
    expect(told(view)).toEqual(['P-10', 'P-10', '', '', '2.25.5', ''])
    expect(told(plain)).toEqual(['SECRET^NAME', 'PAT-SECRET', '19500101', '20200102', '1.2.3', 'ACC-SECRET'])
  })

  it('leaves out a case that is no DICOM and reports it', async () => {
    const failed: number[] = []
    const source = { ...sampleSource([exportCase(), exportCase({ id: 2 })]), sourceImage: async (caseId: number) => { if (caseId === 1) throw new ReviewError('not-dicom', 'A PNG.'); return sampleImage() } }
    expect(await made(format, source, { onItemError: (caseId) => failed.push(caseId) })).toHaveLength(1)
    expect(failed).toEqual([1])
  })

  it('has an index that ties files to cases', async () => {
    const { path, view } = (await made(format, sampleSource([exportCase()])))[0]!
    const [row] = parse(readFileSync(join(path, '..', 'index.csv'), 'utf8'), { columns: true }) as Record<string, string>[]
    expect(row).toMatchObject({ path: path.split(/[\\/]/).at(-1), sopInstanceUid: view.string('00080018', 'UI'), file: 'site-a/0001.dcm', imageSopInstanceUid: '1.2.3.4', verdict: 'wrong-reason' })
  })
})

describe('a measurement report', () => {
  it('has verdict, reasons, region, readers and words as they were typed, without what DICOM cannot hold', async () => {
    const { view } = (await made('dicom-sr', sampleSource([hostile])))[0]!
    const content = contentOf(view)
    expect(content.get('verdict')!.items('0040a168')[0]!.string('00080100', 'SH')).toBe('wrong-reason')
    expect(content.get('reason')!.items('0040a168')[0]!.string('00080104')).toBe('Border or collimation')
    expect(content.get('121008')!.text('0040a123', 'PN')).toBe("O'Néill  cmd")
    expect(content.get('121106')!.text('0040a160', 'UT')).toBe('=cmd|"/C calc"!A1 / </script>\r\nsecond \u202e  日本')
    const outline = content.get('111030')!
    const { buffer, byteOffset, byteLength } = Buffer.from(outline.valueBytes('00700022')!)
    expect([...new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength))]).toEqual([1, 2, 4, 2, 4, 6, 1, 6, 1, 2])
  })

  it('is not made of a case without a flag', async () => {
    expect(await made('dicom-sr', sampleSource([exportCase({ flag: null })]))).toEqual([])
  })
})

describe('key objects', () => {
  it('are one document a study with each of its flagged images', async () => {
    const source = { ...sampleSource([exportCase(), exportCase({ id: 2 }), exportCase({ id: 3 }), exportCase({ id: 4, flag: null })]), sourceImage: async (caseId: number) => sampleImage({ sopInstanceUid: `1.2.3.4.${caseId}`, studyInstanceUid: caseId === 3 ? '1.2.30' : '1.2.3' }) }
    const documents = await made('dicom-ko', source, { identifiers: 'plain' })
    expect(documents.map(({ view }) => view.items('0040a730').filter((item) => item.string('0040a040', 'CS') === 'IMAGE').map((item) => item.items('00081199')[0]!.string('00081155', 'UI')))).toEqual([['1.2.3.4.1', '1.2.3.4.2'], ['1.2.3.4.3']])
  })
})

describe('a parametric map', () => {
  it('has the values as they are', async () => {
    const values = Float32Array.of(1 / 3, -1e-8, 2.5e20, 0, 0.1, 3)
    const { view } = (await made('dicom-pmap', sampleSource([exportCase({}, [sampleMap({ values, signed: true, min: -1e-8, max: 2.5e20 })])])))[0]!
    const bytes = view.valueBytes('7fe00008')!
    expect(new Float32Array(bytes.slice().buffer)).toEqual(values)
  })

  it('of an image without spacing is refused in words', async () => {
    const told: unknown[] = []
    const source = { ...sampleSource([exportCase()]), sourceImage: async () => sampleImage({ spacing: { rowMm: 1, columnMm: 1, source: 'none' } }) }
    expect(await made('dicom-pmap', source, { onItemError: (_id, thrown) => told.push(thrown) })).toEqual([])
    expect(told).toEqual([expect.objectContaining({ code: 'bad-parameter', message: expect.stringContaining('no pixel spacing') as string })])
  })
})

it('a secondary capture is the picture with its words, in colour', async () => {
  const { view } = (await made('dicom-sc', sampleSource([exportCase()])))[0]!
  expect([view.string('00280301', 'CS'), view.string('00280004', 'CS'), view.word('00280010'), view.word('00280011'), view.valueBytes('7fe00010')!.length]).toEqual(['YES', 'RGB', 844, 1008, 844 * 1008 * 3])
})
