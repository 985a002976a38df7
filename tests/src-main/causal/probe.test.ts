import { describe, expect, test } from 'vitest'

import { toneCurveOf, withTone } from '../../../src-main/causal/exposure.ts'
import { outlineOf, rasterise } from '../../../src-main/causal/mask.ts'
import { massIn, topShare } from '../../../src-main/causal/mass.ts'
import { OPERATIONS, operationOf } from '../../../src-main/causal/operations/table.ts'
import { inputOf, pictureOf, toneOf, type Picture } from '../../../src-main/causal/picture.ts'
import { probeAll, type Probe, type Subject } from '../../../src-main/causal/probe.ts'
import { patches } from '../../../src-main/causal/controls.ts'
import { effectOf } from '../../../src-main/causal/verdict.ts'
import { OPERATION_IDS, type Answer } from '../../../src-main/contract/causal.ts'
import { Profile } from '../../../src-main/contract/profile.ts'
import { areaOf, type Mask } from '../../../src-main/image/raster.ts'
import { IDENTITY } from '../../../src-main/tensor/affine.ts'
import { normal } from '../../../src-main/tensor/random.ts'

const [ROWS, COLUMNS] = [64, 64]
const TAG = { kind: 'rectangle', x: 50, y: 4, width: 8, height: 6 } as const
const size = { rows: ROWS, columns: COLUMNS }
const frame: Mask = { data: new Uint8Array(ROWS * COLUMNS).fill(1), ...size }
const maskOf = (region: Parameters<typeof outlineOf>[0]): Mask => rasterise(outlineOf(region), size, IDENTITY)

/** A dim picture with grain and a bright tag. */
function tagged(): Picture {
  const random = normal(5)
  const tag = maskOf(TAG)
  return { planes: [Float32Array.from({ length: ROWS * COLUMNS }, (_, i) => tag.data[i] === 1 ? 0.95 : 0.3 + 0.2 * (Math.floor(i / COLUMNS) / ROWS) + 0.01 * random())], ...size }
}

/** Models that look at one thing: the brightness of a place, with the margin that it gives. */
const looksAt = (mask: Mask) => (picture: Picture): Answer => {
  let sum = 0
  picture.planes[0].forEach((value, i) => { sum += value * mask.data[i] })
  const logit = 10 * (sum / areaOf(mask) - 0.6)
  const p = 1 / (1 + Math.exp(-2 * logit))
  return { logits: [-logit, logit], probabilities: [1 - p, p], predicted: Number(logit > 0), margin: 2 * logit }
}

function subject(model: (picture: Picture) => Answer): Subject {
  const picture = tagged()
  const before = model(picture)
  return {
    picture, surroundings: { frame, objects: null, beyond: null }, donor: picture, classIndex: before.predicted, before, async answers(pictures) { return Array.from(pictures, (one) => { const answer = model(one); return before.predicted === 1 ? answer : { ...answer, margin: -answer.margin } }) },
    reference: { usual: { values: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6], detail: 0.01 }, darker: { values: [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3], detail: 0.01 }, brighter: { values: [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], detail: 0.01 } },
  }
}
const probe = (change: Partial<Probe> = {}): Probe => ({ operation: operationOf('erase'), parameters: {}, mask: maskOf(TAG), controls: 24, from: -Infinity, seed: 1, ...change })

test('the table has a row for every operation of the contract, in its order', () => {
  expect(OPERATIONS.map(({ id }) => id)).toEqual([...OPERATION_IDS])
})

test('erasing what a model lives on is supported, and the controls leave it alone', async () => {
  const [result] = await probeAll(subject(looksAt(maskOf(TAG))), [probe()])
  expect(result!.effect).toMatchObject({ verdict: 'supported', flips: true, controlFlips: 0, rank: 0 })
  expect(result!.effect.share).toBeGreaterThan(1)
  expect(result!.effect.deltaLogit).toBeLessThan(-3)
  expect(result!.effect.controls).toHaveLength(24)
})

test('erasing what a model does not look at is not supported', async () => {
  const [result] = await probeAll(subject(looksAt(maskOf(TAG))), [probe({ mask: maskOf({ ...TAG, x: 8, y: 40 }) })])
  expect(result!.effect).toMatchObject({ verdict: 'not-supported', flips: false })
  expect(Math.abs(result!.effect.deltaLogit)).toBeLessThan(0.05)
})

describe('a change beside its controls', () => {
  const answer = (margin: number): Answer => ({ logits: [-margin / 2, margin / 2], probabilities: [0.5, 0.5], predicted: Number(margin > 0), margin })
  const effect = (own: number, controls: readonly number[]) => effectOf(1, answer(10), answer(10 - own), controls.map((lost) => answer(10 - lost)))
  test('is supported where controls lose nothing, however much some of them gain', () => {
    expect(effect(12, [-30, -25, -20, -15, -12, -8, -5, -2, 0, 1, 1, 2])).toMatchObject({ verdict: 'supported', rank: 0, flips: true })
  })
  test('is supported where the answer is lost, and only there', () => {
    expect(effect(10, [0, 0, 0, 0, 0, 0, 0, 0])).toMatchObject({ verdict: 'supported', flips: true })
    expect(effect(9.5, [0, 0, 0, 0, 0, 0, 0, 0])).toMatchObject({ verdict: 'undecided', flips: false })
  })
  test('is not supported where controls lose as much', () => {
    expect(effect(6, [-3, 0, 2, 5, 6, 6, 7, 8, 8, 9, 9, 12])).toMatchObject({ verdict: 'not-supported' })
    expect(effect(2, [0, 0, 0, 0])).toMatchObject({ verdict: 'not-supported' })
  })
  test('is undecided where controls lose nearly as much, where a part is lost, and with too few of them', () => {
    expect(effect(10.2, [0, 0, 1, 1, 2, 2, 3, 4, 8, 9, 9.5, 9.8]).verdict).toBe('undecided')
    expect(effect(4, [0, 0, 0, 0, 0, 0, 0, 0]).verdict).toBe('undecided')
    expect(effect(10, [0, 0, 0]).verdict).toBe('undecided')
  })
  test('is counted beyond what the controls lose, in their spread', () => {
    // median 1 of 10; the 90th percentile of 0 … 2 is 1.8
    const { share, score } = effect(6, [0, 0.5, 1, 1.5, 2])
    expect(share).toBeCloseTo(0.5, 6)
    expect(score).toBeCloseTo(0.5 / (0.08 / 1.2816), 3)
  })
})

test('what is erased in the dark becomes dark, though one end of it touches a bright blade', async () => {
  const strip = maskOf({ kind: 'rectangle', x: 10, y: 30, width: 40, height: 4 })
  const dark: Picture = { planes: [Float32Array.from({ length: ROWS * COLUMNS }, (_, i) => strip.data[i] === 1 ? 0.9 : i % COLUMNS < 9 ? 1 : 0.05)], ...size }
  const [result] = await probeAll({ ...subject(looksAt(strip)), picture: dark }, [probe({ mask: strip, controls: 0 })])
  strip.data.forEach((value, i) => { if (value === 1) expect(result!.seen.planes[0][i]).toBeLessThan(0.1) })
})

describe('a plate that stands half over a collimator’s blade', () => {
  const isBlade = (i: number): boolean => i % COLUMNS >= 48 || Math.floor(i / COLUMNS) < 12
  const plate = maskOf({ kind: 'rectangle', x: 40, y: 8, width: 12, height: 10 })
  const film = Float32Array.from({ length: ROWS * COLUMNS }, (_, i) => isBlade(i) ? 0.9 : 0.1)
  const covered: Picture = { planes: [film.map((value, i) => plate.data[i] === 1 ? 0.6 : value)], ...size }
  const blades: Mask = { ...frame, data: frame.data.map((_, i) => Number(isBlade(i))) }
  const wrongAfter = async (beyond: Mask | null): Promise<number> => {
    const [result] = await probeAll({ ...subject(looksAt(plate)), picture: covered, surroundings: { frame, objects: null, beyond } }, [probe({ mask: plate, controls: 0 })])
    return result!.seen.planes[0].filter((value, i) => Math.abs(value - film[i]) > 0.2).length
  }
  test('leaves the film as it was without the plate, corner and all', async () => {
    expect(await wrongAfter(blades)).toBe(0)
  })
  test('leaves the corner cut off where the edge is not known', async () => {
    expect(await wrongAfter(null)).toBeGreaterThan(3)
  })
})

test('levelled air stays air, and what stood in it is gone', async () => {
  const air = maskOf({ kind: 'rectangle', x: 40, y: 0, width: 24, height: 64 })
  const body: Picture = { planes: [Float32Array.from({ length: ROWS * COLUMNS }, (_, i) => maskOf(TAG).data[i] === 1 ? 0.95 : air.data[i] === 1 ? 0.02 : 0.5)], ...size }
  const [result] = await probeAll({ ...subject(looksAt(maskOf(TAG))), picture: body }, [probe({ operation: operationOf('level'), mask: air, controls: 0 })])
  result!.seen.planes[0].forEach((value, i) => expect(value).toBeCloseTo(air.data[i] === 1 ? 0.02 : 0.5, 5))
})

test('a mask outside of the input gives no result', async () => {
  expect(await probeAll(subject(looksAt(maskOf(TAG))), [probe({ mask: { ...frame, data: new Uint8Array(ROWS * COLUMNS) } })])).toEqual([null])
})

test('what does little has no controls where they are asked for from a share on', async () => {
  const [little, much] = await probeAll(subject(looksAt(maskOf(TAG))), [probe({ mask: maskOf({ ...TAG, x: 8, y: 40 }), from: 0.15 }), probe({ from: 0.15 })])
  expect(little!.effect).toMatchObject({ controls: [], rank: null, verdict: 'not-supported' })
  expect(much!.effect.controls).toHaveLength(24)
})

test('the same seed gives the same numbers', async () => {
  const [[one], [other]] = [await probeAll(subject(looksAt(maskOf(TAG))), [probe()]), await probeAll(subject(looksAt(maskOf(TAG))), [probe()])]
  expect(one!.effect).toEqual(other!.effect)
})

describe.each(OPERATIONS.map((operation) => [operation.id, operation] as const))('%s', (_, operation) => {
  const parameters = Object.fromEntries(operation.parameters.map(({ name, default: value }) => [name, value]))
  test('gives finite grey values within 0 and 1 and leaves padding alone', async () => {
    const padded: Mask = { ...frame, data: frame.data.map((value, i) => value & Number(i % COLUMNS >= 4)) }
    const model = looksAt(maskOf(TAG))
    const [result] = await probeAll({ ...subject(model), surroundings: { ...subject(model).surroundings, frame: padded } }, [probe({ operation, parameters, mask: operation.needsRegion ? maskOf(TAG) : null, controls: 4 })])
    const [before, after] = [tagged().planes[0], result!.seen.planes[0]]
    after.forEach((value, i) => {
      expect(Number.isFinite(value)).toBe(true)
      if (padded.data[i] === 0) expect(value).toBe(before[i])
    })
    expect(Math.max(...after)).toBeLessThanOrEqual(1.05)
    expect(result!.effect.controls).toHaveLength(4)
  })
  if (operation.needsRegion && !operation.needsDonor && !['move', 'mirror'].includes(operation.id)) test('changes nothing outside its region', async () => {
    const [result] = await probeAll(subject(looksAt(maskOf(TAG))), [probe({ operation, parameters, controls: 0 })])
    const mask = maskOf(TAG)
    tagged().planes[0].forEach((value, i) => { if (mask.data[i] === 0) expect(result!.seen.planes[0][i]).toBe(value) })
  })
})

test('control patches have the same area, lie in the frame and off the region', () => {
  const mask = maskOf(TAG)
  for (const patch of patches(mask, frame, null, 20, Math.random)) {
    expect(areaOf(patch)).toBe(areaOf(mask))
    expect(patch.data.some((value, i) => value === 1 && mask.data[i] === 1)).toBe(false)
  }
})

test('where the shape has no room, controls are pieces of the same area; where nothing has, there are none', () => {
  const half = maskOf({ kind: 'rectangle', x: 0, y: 0, width: 64, height: 30 })
  const found = patches(half, frame, null, 5, Math.random)
  expect(found).toHaveLength(5)
  for (const patch of found) expect(areaOf(patch)).toBe(areaOf(half))
  expect(patches(maskOf({ kind: 'rectangle', x: 0, y: 0, width: 64, height: 40 }), frame, null, 5, Math.random)).toEqual([])
})

test('grey values come back as the same input', () => {
  const values = Profile.parse({ format: 'right-reason/profile@1', input: { width: 8, height: 4 }, values: { scale: 1 / 255, mean: [0.48, 0.45, 0.4], std: [0.2, 0.22, 0.25] } }).values
  const data = Float32Array.from({ length: 3 * 32 }, (_, i) => ((i % 32) / 32 - values.mean[Math.floor(i / 32)]) / values.std[Math.floor(i / 32)])
  const planes = { data, channels: 3, rows: 4, columns: 8 }
  const tone = toneOf(values, planes)
  const picture = pictureOf(planes, tone)
  expect(picture.planes).toHaveLength(1)
  inputOf(picture, tone).forEach((value, i) => expect(value).toBeCloseTo(data[i], 5))
})

test('an image given another tone has the other one’s percentiles', () => {
  const picture = tagged()
  const to = { values: [0.1, 0.2, 0.3, 0.45, 0.6, 0.7, 0.8], detail: 1 }
  const { values } = toneCurveOf(withTone(picture, toneCurveOf(picture, frame), to, frame), frame)
  values.forEach((value, i) => expect(value).toBeCloseTo(to.values[i], 1))
})

test('mass in a zone is the share of positive attribution by the area of each cell', () => {
  const map = { grid: [2, 2] as const, values: [1, 3, -5, 0], inputWidth: 64, inputHeight: 64, affine: { scaleX: 0.5, scaleY: 0.5, offsetX: 0, offsetY: 0 } }
  // the right half of the left upper cell, in an image of 128
  expect(massIn(outlineOf({ kind: 'rectangle', x: 32, y: 0, width: 32, height: 64 }), map)).toBeCloseTo(0.125, 2)
  expect(massIn(outlineOf({ kind: 'rectangle', x: 0, y: 0, width: 128, height: 128 }), map)).toBeCloseTo(1, 6)
  expect(massIn(outlineOf(TAG), { ...map, values: [0, -1, 0, 0] })).toBeNull()
})

test('all of a cue that a map marks is in its greatest tenth, and a tenth of it where the map says nothing', () => {
  const input = { inputWidth: 64, inputHeight: 64, affine: IDENTITY }
  const marked = maskOf(TAG)
  expect(topShare(outlineOf(TAG), { ...input, grid: [64, 64], values: Float32Array.from(marked.data) })).toBe(1)
  expect(topShare(outlineOf(TAG), { ...input, grid: [64, 64], values: new Float32Array(4096) })).toBeCloseTo(0.1, 2)
})
