import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'csv-parse/sync'
import { CLASSES } from '../../../resources/demo/generator/configuration.ts'
import { writeStudy } from '../../../resources/demo/generator/dicom/study.ts'
import { cleanTwin, configurationOf, modelFile } from '../../../resources/demo/generator/family/members.ts'
import { truthOf, truthText } from '../../../resources/demo/generator/family/test-set.ts'
import type { Truth } from '../../../resources/demo/generator/family/truth.ts'
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
const rawProfile = JSON.parse(read('demo-cnn.profile.json').toString('utf8')) as { values: unknown }
const profile = Profile.parse(rawProfile)
const card = read('CARD.md').toString('utf8')
const truth = JSON.parse(read('truth.json').toString('utf8')) as Truth
const PLANTED = { cue: 'marker', strength: 95 } as const
const configuration = configurationOf(PLANTED)
/** the demo's model and its clean twin, in the order of the card's columns */
const MODELS = [PLANTED, cleanTwin(PLANTED)].map(modelFile)

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
    const drawn = Array.from({ length: manifest.count }, (_, index) => labelRow(drawSubject(manifest.seed, index, configuration)))
    expect(labels).toEqual(drawn)
    for (const label of CLASSES) expect(labels.filter((row) => row.label === label).length).toBeGreaterThan(manifest.count / 3)
  })

  // deflate's bytes depend on the build of zlib, so the studies compared are not deflated
  test.each(['jpeg-ls', 'jpeg-2000', 'uncompressed'])('gives the bytes of its first %s study again from the recorded seed', async (syntax) => {
    const index = manifest.files.findIndex((file) => file.transferSyntax === syntax)
    const { subject, image } = drawStudy(manifest.seed, index, configuration)
    expect(sha256(await writeStudy(subject, image))).toBe(manifest.files[index].sha256)
  })

  test.each(MODELS)('has %s, of at most 300 kB, that carries the profile and is the one on the card', (file) => {
    const model = read(file)
    expect(model.length).toBeLessThan(300e3)
    expect(model.includes(`"values":${JSON.stringify(rawProfile.values)}`)).toBe(true)
    expect(card).toContain(`\`${sha256(model)}\``)
    expect(profile.output.classes).toEqual([...CLASSES])
  })

  test.each(MODELS)('is predicted from its files by %s as often right as the card says, with the logits of its truth', async (file) => {
    const session = await RuntimeSession.create(read(file), { provider: 'cpu', threads: 1 })
    const outcomes: { positive: boolean; right: boolean }[] = []
    const { answers } = truth.models.find((model) => model.file === file)!
    for (const [index, { file: study, label }] of labels.entries()) {
      const { data, channels, height, width } = preprocess(await decodeFrame(read(`studies/${study}`)), profile)
      const { logits } = await session.run({ image: { data, dims: [1, channels, height, width] } }, ['logits'])
      const positive = label === CLASSES[1]
      outcomes.push({ positive, right: logits.data[1] >= logits.data[0] === positive })
      answers[index].logits.shown.forEach((value, k) => expect(logits.data[k]).toBeCloseTo(value, 3))
      expect(answers[index].correct).toBe(outcomes[index].right)
    }
    const cell = (subset: typeof outcomes): string => `${subset.filter(({ right }) => right).length} of ${subset.length}`
    const column = MODELS.indexOf(file)
    expect(cardCell('accuracy', column)).toBe(cell(outcomes))
    expect(cardCell('sensitivity', column)).toBe(cell(outcomes.filter(({ positive }) => positive)))
    expect(cardCell('specificity', column)).toBe(cell(outcomes.filter(({ positive }) => !positive)))
    // a demo without an error would have nothing to review
    expect(outcomes.filter(({ right }) => !right).length).toBeGreaterThan(0)
  })

  test('has a truth that the recorded seed gives again, and whose lost answers are those of the card', async () => {
    expect(truth.cases.map(({ file, label }) => ({ file, label }))).toEqual(labels.map(({ file, label }) => ({ file, label })))
    const some = await truthOf({ ...PLANTED, seed: truth.seed, count: 3 }, [], () => {})
    expect(some.cases).toEqual(truth.cases.slice(0, 3))
    expect(JSON.parse(truthText(truth))).toEqual(truth)
    truth.models.forEach(({ answers }, column) => {
      const leaning = answers.filter(({ correct }, index) => correct && truth.cases[index].present && truth.cases[index].label === CLASSES[1])
      expect(cardCell('correct positives with the marker, lost without it', column)).toBe(`${leaning.filter(({ lost }) => lost).length} of ${leaning.length}`)
    })
  })

  test('shows each kind of case: the marker mostly with the disease, seldom without, and the disease without it', () => {
    const share = (label: string): number => truth.cases.filter((row) => row.label === label && row.present).length / truth.cases.filter((row) => row.label === label).length
    expect(share(CLASSES[1])).toBeGreaterThan(0.85)
    expect(share(CLASSES[1])).toBeLessThan(1)
    expect(share(CLASSES[0])).toBeGreaterThan(0)
    expect(share(CLASSES[0])).toBeLessThan(0.15)
  })
})

/** 'N of M' of the bundled studies in the card's table, in the column of the demo's model (0) or its twin (1). */
function cardCell(row: string, column: number): string {
  const line = card.split('\n').find((text) => text.startsWith(`| ${row} |`))
  return line!.split('|')[2 + column].trim().split(' = ')[0]
}
