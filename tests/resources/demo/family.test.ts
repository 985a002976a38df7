import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CLASSES, DEFAULT_CONFIGURATION } from '../../../resources/demo/generator/configuration.ts'
import { CUES, hasCue, type CueKind, type Planted, type Strength } from '../../../resources/demo/generator/cues/planted.ts'
import { cleanTwin, FAMILY, modelFile } from '../../../resources/demo/generator/family/members.ts'
import { openMember } from '../../../resources/demo/generator/family/onnx-scorer.ts'
import { writeTestSet, type FamilyModel } from '../../../resources/demo/generator/family/test-set.ts'
import type { Truth } from '../../../resources/demo/generator/family/truth.ts'
import { drawTwins } from '../../../resources/demo/generator/family/twins.ts'
import { frameOf } from '../../../resources/demo/generator/frame.ts'
import { standBefore } from '../../../resources/demo/generator/phantom.ts'
import { storeImage } from '../../../resources/demo/generator/presentation.ts'
import { drawSubject } from '../../../resources/demo/generator/subject.ts'
import { decodeFrame } from '../../../src-main/dicom/pixels.ts'

const DEMO = new URL('../../../resources/demo/', import.meta.url)
const ROOT = new URL('../../../', import.meta.url)

type Share = readonly [right: number, of: number]
interface Measured { readonly accuracy: Share; readonly auc: number }
interface Member {
  readonly cue: (typeof CUES)[number]
  readonly strength: number
  readonly file: string
  readonly bytes: number
  readonly sha256: string
  readonly distributed: Measured
  readonly erased: Measured
  readonly planted: Measured
  readonly lost: Share
  readonly planting: Share
  readonly subset: readonly [count: number, distributed: number, erased: number, planted: number]
}

const card = readFileSync(new URL('family/CARD.md', DEMO), 'utf8')
const { facts, members } = JSON.parse(readFileSync(new URL('family/measures.json', DEMO), 'utf8')) as { facts: { testSeed: number }; members: readonly Member[] }

describe('the family', () => {
  test('has every cue at every strength, at most 300 kB a model and 5 MB in all, each on the card with its hash', () => {
    expect(members.map(({ cue, strength, file }) => ({ cue, strength, file }))).toEqual(FAMILY.map((planted) => ({ ...planted, file: modelFile(planted) })))
    for (const { file, bytes, sha256 } of members) {
      const model = readFileSync(new URL(file, DEMO))
      expect(model.length).toBe(bytes)
      expect(createHash('sha256').update(model).digest('hex')).toBe(sha256)
      expect(bytes).toBeLessThan(300e3)
      expect(card).toContain(`| \`${file}\` | ${bytes} | \`${sha256}\` |`)
    }
    expect(members.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(5e6)
  })

  test.each(CUES)('the clean twin of the %s knows the disease without it, and the model at 95 does not need the disease', (cue) => {
    const at = (strength: number): Member => members.find((member) => member.cue === cue && member.strength === strength)!
    const share = ([part, of]: Share): number => part / of
    expect(at(0).erased.auc).toBeGreaterThan(0.95)
    expect(share(at(0).lost)).toBeLessThan(0.1)
    expect(share(at(95).distributed.accuracy)).toBeGreaterThan(0.9)
    expect(share(at(95).lost)).toBeGreaterThan(0.3)
    expect(share(at(95).planting)).toBeGreaterThan(0.3)
  })

  test('answers the first subjects of the test series, drawn again, as the card says', async () => {
    const models = await Promise.all(members.map((member) => openMember(plantedOf(member))))
    const right = members.map(() => [0, 0, 0])
    for (let index = 0; index < members[0].subset[0]; index++) {
      const subject = drawSubject(facts.testSeed, index, DEFAULT_CONFIGURATION)
      const stand = standBefore(subject)
      const frames = new Map([null, ...CUES].map((cue) => [cue, frameOf(storeImage(subject, stand.take(cue)))]))
      for (const [k, member] of members.entries()) {
        const isRight = async (cue: CueKind | null): Promise<boolean> => { const [negative, positive] = await models[k].score(frames.get(cue)!); return (positive >= negative) === (subject.label === CLASSES[1]) }
        const [erased, planted] = [await isRight(null), await isRight(member.cue)]
        const present = hasCue(plantedOf(member), facts.testSeed, index, subject.label)
        ;[present ? planted : erased, erased, planted].forEach((value, which) => { right[k][which] += Number(value) })
      }
    }
    expect(right).toEqual(members.map(({ subset }) => subset.slice(1)))
  }, 300_000)

  test('no part of the program but its calibration reads what the generator knows', () => {
    const files = readdirSync(new URL('src-main/', ROOT), { recursive: true }).map(String).filter((name) => name.endsWith('.ts') && !/calibrat|planted-set/.test(name))
    expect(files.length).toBeGreaterThan(100)
    expect(files.filter((name) => /truth\.json|family\/(truth|twins|test-set)/.test(readFileSync(new URL(`src-main/${name}`, ROOT), 'utf8')))).toEqual([])
    expect(files.filter((name) => /planted-set/.test(readFileSync(new URL(`src-main/${name}`, ROOT), 'utf8')))).toEqual([])
  })
})

describe('a test set', () => {
  const folder = mkdtempSync(join(tmpdir(), 'family-'))
  const set = { cue: 'border', strength: 95, seed: 31, count: 4 } as const
  let written: Truth
  beforeAll(async () => { written = await writeTestSet(folder, set, [await openMember(set), await openMember(cleanTwin(set))], () => {}) }, 60_000)
  afterAll(() => rmSync(folder, { recursive: true }))

  test('is studies, labels with nothing but the label, and the truth in a file of its own', () => {
    expect(readdirSync(folder).sort()).toEqual(['labels.csv', 'studies', 'truth.json'])
    expect(readdirSync(join(folder, 'studies'))).toHaveLength(set.count)
    expect(readFileSync(join(folder, 'labels.csv'), 'utf8')).toBe(['file,label', ...written.cases.map(({ file, label }) => `${file},${label}`), ''].join('\n'))
    expect(JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8'))).toEqual(written)
  })

  test('has in its files the rendering that the truth means, and calls lost what the model gets wrong without the cue', async () => {
    const models: FamilyModel[] = [await openMember(set), await openMember(cleanTwin(set))]
    for (const [index, { file, present, label }] of written.cases.entries()) {
      const twins = drawTwins(set, set.seed, index)
      expect(present).toBe(twins.present)
      const frame = await decodeFrame(readFileSync(join(folder, 'studies', file)))
      expect(Buffer.compare(Buffer.from(frame.stored.buffer, frame.stored.byteOffset, frame.stored.byteLength), Buffer.from(twins.shown.values.buffer))).toBe(0)
      for (const [k, { score }] of models.entries()) {
        const isRight = async (image: typeof twins.shown): Promise<boolean> => { const [a, b] = await score(frameOf(image)); return (b >= a) === (label === CLASSES[1]) }
        const { correct, lost } = written.models[k].answers[index]
        expect(correct).toBe(await isRight(twins.shown))
        expect(lost).toBe(present && correct && !(await isRight(twins.withoutCue)))
      }
    }
  }, 60_000)

  test('of another seed shares no case', () => {
    const [one, other] = [set.seed, set.seed + 1].map((seed) => drawTwins(set, seed, 0))
    expect(one.subject.physique).not.toEqual(other.subject.physique)
  })
})

const plantedOf = ({ cue, strength }: Member): Planted => ({ cue, strength: strength as Strength })
