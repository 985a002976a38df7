import { beforeAll, expect, test } from 'vitest'
import { seeSubjects, type SeenSubject } from '../../fixtures/patterns/family-maps.ts'
import { clustersOfSites, differenceOfSites, drawSites, headersOfSet } from '../../fixtures/patterns/site-sets.ts'

/**
 * A few sets of what tests/reference/patterns/site-cue.ts measures in 100: models whose truth is known, one that lives on a text which only one site burns into its images, and its clean twin,
 * which sees the same images and does not use it. The detector is read out coarsely, which takes a quarter of the time.
 */
const [CUED, CLEAN] = [0, 1]
const DRAWS = [1, 2, 3, 4, 5]
let subjects: SeenSubject[]

beforeAll(async () => {
  subjects = await seeSubjects('text', [{ cue: 'text', strength: 95 }, { cue: 'text', strength: 0 }], { seed: 304, count: 44, binning: 2 })
}, 120_000)

test('a cue that only one site has is found where the model uses it, in the corner where it is', () => {
  for (const draw of DRAWS) {
    const { isMarked, clusters } = differenceOfSites(drawSites(subjects, CUED, 20, draw))
    expect(isMarked).toBe(true)
    const cluster = clusters.find(({ sign, isMarked: isOne }) => sign === 1 && isOne)!
    // upper left, of 8×8 cells; most of the map's mass lies there
    expect(cluster.cells).toEqual(expect.arrayContaining([1, 9]))
    expect(cluster.moved!.low).toBeGreaterThan(0.3)
  }
})

test('the clean twin of the same images is quiet', () => {
  expect(DRAWS.filter((draw) => differenceOfSites(drawSites(subjects, CLEAN, 20, draw)).isMarked)).toEqual([])
})

test("SpRAy puts cases with the cue together: nine of ten and more of a cluster's", () => {
  for (const draw of DRAWS.slice(0, 2)) {
    const { clusters } = clustersOfSites(drawSites(subjects, CUED, 20, draw))
    const cue = clusters.map(({ n, purity: [{ levels }] }) => ({ n, withCue: levels.find(({ value }) => value === 'with')?.count ?? 0 })).sort((a, b) => b.withCue - a.withCue)[0]
    expect(cue.withCue / cue.n).toBeGreaterThanOrEqual(0.9)
    expect(cue.withCue).toBeGreaterThanOrEqual(5)
  }
})

test('the header alone tells the label where a site goes with it, by the site; and is at chance where none does', () => {
  for (const { auroc, importance } of headersOfSet({ cue: 'text', strength: 95 }, 7, 200).models) {
    expect(auroc.low).toBeGreaterThan(0.8)
    expect(['institution', 'station']).toContain(importance[0].field)
  }
  const clean = DRAWS.slice(0, 3).flatMap((seed) => headersOfSet({ cue: 'text', strength: 0 }, seed, 120).models)
  expect(clean.filter(({ auroc }) => auroc.low > 0.5)).toEqual([])
}, 60_000)
