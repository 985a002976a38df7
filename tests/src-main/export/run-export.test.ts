import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { parse } from 'csv-parse/sync'
import { decode } from 'fast-png'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ReviewError } from '../../../src-main/contract/errors.ts'
import { EXPORT_FORMATS } from '../../../src-main/export/formats.ts'
import { runExport } from '../../../src-main/export/run-export.ts'
import { exportCase, exportOptions, sampleCase, sampleMap, sampleSource } from './sample-source.ts'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'right-reason-export-')) })
afterEach(() => rmSync(folder, { recursive: true }))
const at = (name: string) => join(folder, name)
/** the files of a folder, or '' for a file itself */
const filesOf = (path: string): string[] => statSync(path).isDirectory() ? readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => relative(path, join(entry.parentPath, entry.name))).sort() : ['']
const rowsOf = (path: string) => parse(readFileSync(path, 'utf8'), { columns: true }) as Record<string, string>[]

describe.each(EXPORT_FORMATS.map((format) => [format.id, format] as const))('%s', (id, format) => {
  const out = () => at(`out.${format.extension}`)

  it('says how many files, cases and maps it wrote, and tells of each case', async () => {
    const told: number[] = []
    const result = await runExport(id, sampleSource([exportCase(), exportCase({ id: 2, file: 'b.dcm' })]), exportOptions(out(), { onProgress: (done) => told.push(done) }))
    expect(result).toMatchObject({ path: out(), cases: 2, maps: format.maps ? 2 : 0, files: filesOf(out()).length })
    expect(told).toEqual([1, 2])
    expect(format.leaves.files({ cases: 2, readable: 2, flagged: 2, flaggedStudies: 1, notes: 2, maps: 2, mapped: 2, burnedIn: 0 })).toBe(result.files)
  })

  it('gives the same bytes for the same cases', async () => {
    const source = () => sampleSource([exportCase(), exportCase({ id: 2 })])
    await runExport(id, source(), exportOptions(at('one')))
    await runExport(id, source(), exportOptions(at('two')))
    const bytes = (path: string) => filesOf(path).map((name) => [name, readFileSync(join(path, name), 'hex')])
    expect(bytes(at('two'))).toEqual(bytes(at('one')))
  })

  it('refuses to replace what is there, and does so when it is told', async () => {
    await runExport(id, sampleSource([exportCase()]), exportOptions(out()))
    const before = readdirSync(folder)
    await expect(runExport(id, sampleSource([]), exportOptions(out()))).rejects.toMatchObject({ code: 'file-unwritable', message: expect.stringContaining('--overwrite') as string })
    expect(readdirSync(folder)).toEqual(before)
    await expect(runExport(id, sampleSource([]), exportOptions(out(), { overwrite: true }))).resolves.toMatchObject({ cases: 0 })
    expect(readdirSync(folder)).toEqual(before)
  })

  it('leaves what was there and no part of itself behind when the source fails', async () => {
    await runExport(id, sampleSource([exportCase()]), exportOptions(out()))
    const before = readdirSync(folder, { recursive: true })
    const failing = { ...sampleSource([]), async *cases() { yield exportCase(); throw new ReviewError('project-damaged', 'Broken.') } }
    await expect(runExport(id, failing, exportOptions(out(), { overwrite: true }))).rejects.toMatchObject({ code: 'project-damaged' })
    expect(readdirSync(folder, { recursive: true })).toEqual(before)
  })

  it('leaves nothing behind when it is cancelled', async () => {
    const control = new AbortController()
    const options = exportOptions(out(), { signal: control.signal, onProgress: () => control.abort() })
    await expect(runExport(id, sampleSource([exportCase(), exportCase()]), options)).rejects.toMatchObject({ code: 'cancelled' })
    expect(readdirSync(folder)).toEqual([])
  })

  it('maps a full disk and a path that cannot be written', async () => {
    const full = { ...sampleSource([]), async *cases() { yield exportCase(); throw Object.assign(new Error('no space'), { code: 'ENOSPC' }) } }
    await expect(runExport(id, full, exportOptions(out()))).rejects.toMatchObject({ code: 'disk-full' })
    writeFileSync(at('file'), '')
    await expect(runExport(id, sampleSource([]), exportOptions(join(at('file'), 'below')))).rejects.toMatchObject({ code: 'file-unwritable' })
  })

  it('never writes the patient, accession, study or series as they are, unless that was asked for', async () => {
    const everything = (path: string) => filesOf(path).filter((name) => !name.endsWith('.png')).map((name) => readFileSync(join(path, name), 'latin1')).join()
    await runExport(id, sampleSource([exportCase()]), exportOptions(out()))
    for (const secret of ['PAT-SECRET', 'ACC-SECRET', '1.2.3.9']) expect(everything(out())).not.toContain(secret)
    if (id !== 'csv' && id !== 'json') return
    expect(everything(out())).toContain('P-10')
    await runExport(id, sampleSource([exportCase()]), exportOptions(at('plain'), { identifiers: 'plain' }))
    for (const asked of ['PAT-SECRET', 'ACC-SECRET', '1.2.3.9']) expect(everything(at('plain'))).toContain(asked)
  })
})

describe('CSV', () => {
  it('has a row a case that a parser reads back, scores and provenance included', async () => {
    await runExport('csv', sampleSource([exportCase({ flag: { ...sampleCase().flag!, note: 'a "quoted", note\nof two lines' } })]), exportOptions(at('a.csv')))
    expect(rowsOf(at('a.csv'))).toEqual([expect.objectContaining({
      'file': 'site-a/0001.dcm', 'label': 'pneumonia', 'predicted': '0', 'predictedName': 'normal', 'outcome': 'incorrect', 'verdict': 'wrong-reason', 'reasons': 'laterality-marker;border',
      'group:site': 'A', 'logit:pneumonia': '-0.1', 'probability:normal': '0.9', 'regionWidth': '3', 'modelSha256': 'm'.repeat(64), 'pixelSha256': 'p'.repeat(64), 'provider': 'cpu',
      'note': 'a "quoted", note\nof two lines',
    })])
  })

  it('keeps a text from being run as a formula and leaves negative numbers alone', async () => {
    const row = exportCase({ label: '=HYPERLINK("http://evil.example")', institution: '@SUM(A1)', view: '+1', groups: { site: '-2+3' } })
    await runExport('csv', sampleSource([row]), exportOptions(at('a.csv')))
    expect(rowsOf(at('a.csv'))[0]).toMatchObject({ 'label': '\'=HYPERLINK("http://evil.example")', 'institution': "'@SUM(A1)", 'view': "'+1", 'group:site': "'-2+3", 'logit:pneumonia': '-0.1' })
  })

  it('reads no map', async () => {
    const source = sampleSource([exportCase()])
    await runExport('csv', source, exportOptions(at('a.csv')))
    expect(source.asked).toEqual([{ maps: false }])
  })

  it('has a row for a case that could not be read, with the reason', async () => {
    const error = { code: 'dicom-truncated', message: 'The file ends early.' } as const
    await runExport('csv', sampleSource([exportCase({ status: 'unreadable', error, logits: null, probabilities: null, predictedClass: null, flag: null, label: null })]), exportOptions(at('a.csv')))
    expect(rowsOf(at('a.csv'))[0]).toMatchObject({ errorCode: 'dicom-truncated', error: 'The file ends early.', predicted: '', 'logit:normal': '', verdict: '' })
  })
})

describe('NumPy arrays', () => {
  it('hold the map as float32 in row-major order, and the index says whose it is', async () => {
    await runExport('npy', sampleSource([exportCase()]), exportOptions(at('maps')))
    const [row] = rowsOf(join(at('maps'), 'index.csv'))
    expect(row).toMatchObject({ file: 'site-a/0001.dcm', method: 'gradcam', layer: 'features/last', gridHeight: '2', gridWidth: '3', scaleX: '0.75' })
    const bytes = readFileSync(join(at('maps'), row.path))
    expect(bytes.subarray(0, 8)).toEqual(Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]))
    const length = bytes.readUInt16LE(8)
    expect((10 + length) % 64).toBe(0)
    const header = bytes.subarray(10, 10 + length).toString('latin1')
    expect(header).toMatch(/^\{'descr': '<f4', 'fortran_order': False, 'shape': \(2, 3\), \} *\n$/)
    const values = Array.from({ length: 6 }, (_, index) => bytes.readFloatLE(10 + length + index * 4))
    expect(values).toEqual([...Float32Array.of(0, 0.1, 0.05, 0.03, 0, 0.07)])
  })

  it('of several maps of one case have names of their own', async () => {
    const maps = [sampleMap(), sampleMap({ method: 'hirescam' }), sampleMap({ method: 'hirescam', classIndex: 1 })]
    await runExport('npy', sampleSource([exportCase({}, maps)]), exportOptions(at('maps')))
    expect(new Set(rowsOf(join(at('maps'), 'index.csv')).map(({ path }) => path)).size).toBe(3)
  })
})

describe('overlay pictures', () => {
  it('show original and overlay at one size, coloured where the map is high and the image itself where it is zero', async () => {
    const values = Float32Array.of(1, 1, 1, 0, 0, 0)
    await runExport('png', sampleSource([exportCase({}, [sampleMap({ values, max: 1 })])]), exportOptions(at('pictures')))
    const [name] = readdirSync(at('pictures')).filter((file) => file.endsWith('.png'))
    const { width, height, data, channels } = decode(readFileSync(join(at('pictures'), name)))
    // 40×60 pixels, enlarged to the width that the words need
    expect([width, height]).toEqual([2 * 480 + 48, 720 + 32 + 92])
    const pixel = (x: number, y: number) => [...data.subarray((y * width + x) * channels, (y * width + x) * channels + 3)]
    const original = pixel(16 + 240, 16 + 48)
    expect(new Set(original).size).toBe(1)
    expect(new Set(pixel(32 + 480 + 240, 16 + 48)).size).toBeGreaterThan(1)
    expect(pixel(32 + 480 + 240, 16 + 672)).toEqual(pixel(16 + 240, 16 + 672))
  })

  it('of a file that cannot be read are left out and reported, and the rest is written', async () => {
    const source = sampleSource([exportCase(), exportCase({ id: 2 })])
    const failed: number[] = []
    const broken = { ...source, picture: (caseId: number) => caseId === 1 ? Promise.reject(new ReviewError('pixel-data-damaged', 'Broken.')) : source.picture(caseId) }
    const result = await runExport('png', broken, exportOptions(at('pictures'), { onItemError: (caseId) => failed.push(caseId) }))
    expect(failed).toEqual([1])
    expect(result).toMatchObject({ cases: 2, maps: 1, files: 3 })
    expect(rowsOf(join(at('pictures'), 'index.csv'))).toHaveLength(1)
  })
})

it('an unknown format names those that there are', async () => {
  await expect(runExport('xlsx', sampleSource([]), exportOptions(at('a')))).rejects.toMatchObject({ code: 'unknown-format', message: expect.stringContaining('csv, parquet, json') as string })
})

it('a folder is never written in the place of a file', async () => {
  mkdirSync(at('there'))
  await expect(runExport('csv', sampleSource([]), exportOptions(at('there'), { overwrite: true }))).rejects.toMatchObject({ code: 'file-unwritable' })
  expect(existsSync(at('there'))).toBe(true)
})

it('a hundred thousand cases are written one after another, never held at once', async () => {
  const CASES = 100_000
  let alive = 0
  let most = 0
  const source = {
    ...sampleSource([]),
    total: CASES,
    async *cases() {
      for (let id = 1; id <= CASES; id++) {
        most = Math.max(most, ++alive)
        yield exportCase({ id }, [])
        alive--
      }
    },
  }
  const { cases } = await runExport('csv', source, exportOptions(at('big.csv')))
  expect(cases).toBe(CASES)
  expect(most).toBe(1)
})
