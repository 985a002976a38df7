import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'csv-parse/sync'
import { CLASSES, DEFAULT_CONFIGURATION } from '../../../resources/demo/generator/configuration.ts'
import { writeStudy } from '../../../resources/demo/generator/dicom/study.ts'
import { drawStudy } from '../../../resources/demo/generator/series.ts'
import { labelRow, type Manifest } from '../../../resources/demo/generator/study-set.ts'
import { drawSubject } from '../../../resources/demo/generator/subject.ts'
import { Profile } from '../../../src-main/contract/profile.ts'
import { decodeFrame } from '../../../src-main/dicom/pixels.ts'
import { preprocess } from '../../../src-main/model/preprocess.ts'
import { RuntimeSession } from '../../../src-main/model/runtime.ts'

const DEMO = new URL('../../../resources/demo/', import.meta.url)
const read = (name: string): Buffer => readFileSync(new URL(name, DEMO))
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

const manifest = JSON.parse(read('manifest.json').toString('utf8')) as Manifest
const labels = parse(read('labels.csv'), { columns: true }) as Record<string, string>[]
const profile = Profile.parse(JSON.parse(read('demo-cnn.profile.json').toString('utf8')))
const card = read('CARD.md').toString('utf8')

describe('the bundled demo', () => {
  test('holds exactly the studies of its manifest, in at most 15 MB', () => {
    expect(readdirSync(new URL('studies/', DEMO)).sort()).toEqual(manifest.files.map(({ file }) => file).sort())
    for (const { file, bytes, sha256: expected } of manifest.files) {
      const content = read(`studies/${file}`)
      expect(content.length).toBe(bytes)
      expect(sha256(content)).toBe(expected)
    }
    expect(manifest.files.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(15e6)
  })

  test('has every study in labels.csv, as the recorded seed draws it', () => {
    const drawn = Array.from({ length: manifest.count }, (_, index) => labelRow(drawSubject(manifest.seed, index, DEFAULT_CONFIGURATION)))
    expect(labels).toEqual(drawn)
    for (const label of CLASSES) expect(labels.filter((row) => row.label === label).length).toBeGreaterThan(manifest.count / 3)
  })

  // deflate's bytes depend on the build of zlib, so the studies compared are not deflated
  test.each(['jpeg-ls', 'jpeg-2000', 'uncompressed'])('gives the bytes of its first %s study again from the recorded seed', async (syntax) => {
    const index = manifest.files.findIndex((file) => file.transferSyntax === syntax)
    const { subject, image } = drawStudy(manifest.seed, index, DEFAULT_CONFIGURATION)
    expect(sha256(await writeStudy(subject, image))).toBe(manifest.files[index].sha256)
  })

  test('has a model of at most 1.5 MB that carries its profile and is the one on the card', () => {
    const model = read('demo-cnn.onnx')
    expect(model.length).toBeLessThan(1.5e6)
    expect(model.includes(JSON.stringify(JSON.parse(read('demo-cnn.profile.json').toString('utf8'))))).toBe(true)
    expect(card).toContain(`\`${sha256(model)}\``)
    expect(profile.output.classes).toEqual([...CLASSES])
  })

  test('is predicted from its files as often right as the card says', async () => {
    const session = await RuntimeSession.create(read('demo-cnn.onnx'), { provider: 'cpu', threads: 1 })
    const outcomes: { positive: boolean; right: boolean }[] = []
    for (const { file, label } of labels) {
      const { data, channels, height, width } = preprocess(await decodeFrame(read(`studies/${file}`)), profile)
      const { logits } = await session.run({ image: { data, dims: [1, channels, height, width] } }, ['logits'])
      const positive = label === CLASSES[1]
      outcomes.push({ positive, right: logits.data[1] >= logits.data[0] === positive })
    }
    const cell = (subset: typeof outcomes): string => `${subset.filter(({ right }) => right).length} of ${subset.length}`
    expect(cardCell('accuracy')).toBe(cell(outcomes))
    expect(cardCell('sensitivity')).toBe(cell(outcomes.filter(({ positive }) => positive)))
    expect(cardCell('specificity')).toBe(cell(outcomes.filter(({ positive }) => !positive)))
    // a demo without an error would have nothing to review
    expect(outcomes.filter(({ right }) => !right).length).toBeGreaterThan(0)
  })
})

/** 'N of M' of the bundled studies in the card's table. */
function cardCell(row: string): string {
  const line = card.split('\n').find((text) => text.startsWith(`| ${row} |`))
  return line!.split('|')[3].trim().split(' = ')[0]
}
