/**
 * How often the patterns find a cue that only one site has, and how often they are loud over a model that does not use it, on models whose truth is known (resources/demo/family):
 *     node tests/reference/patterns/site-cue.ts FOLDER [--cue text] [--seed 302] [--subjects 600] [--per-site 20,60,150] [--draws 100] [--binning 1]
 * Subjects are rendered with the cue and without, about half a second each, once: FOLDER keeps what the models made of them. Each draw deals some of them out to two sites. Settings were
 * chosen with `--seed 301`; other seeds are held out. The header's tables need no images and are drawn anew for every seed.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { CueKind, Strength } from '../../../resources/demo/generator/cues/planted.ts'
import { proportion } from '../../../src-main/statistics/proportion.ts'
import { isPositive, seeSubjects, type SeenSubject } from '../../fixtures/patterns/family-maps.ts'
import { clustersOfSites, differenceOfSites, drawSites, headersOfSet } from '../../fixtures/patterns/site-sets.ts'

const { positionals: [folder], values: options } = parseArgs({ allowPositionals: true, options: {
  cue: { type: 'string', default: 'text' }, seed: { type: 'string', default: '302' }, subjects: { type: 'string', default: '600' },
  'per-site': { type: 'string', default: '20,60,150' }, draws: { type: 'string', default: '100' }, binning: { type: 'string', default: '1' },
} })
const cue = options.cue as CueKind
const [seed, count, draws] = [options.seed, options.subjects, options.draws].map(Number)
const binning = options.binning === '2' ? 2 : 1
const STRENGTHS: readonly Strength[] = [95, 0]
const SPRAY_DRAWS = 20
const HEADER_CASES = 400

const share = (hits: number, of: number): string => {
  const { low, high } = proportion(hits, of)!
  return `${hits} of ${of} (${(low * 100).toFixed(0)} to ${(high * 100).toFixed(0)} %)`
}
const seedsOf = (times: number): number[] => Array.from({ length: times }, (_, i) => seed * 1000 + i)
const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]

async function subjectsOf(): Promise<SeenSubject[]> {
  const file = join(folder, `${cue}-${seed}-${count}-${binning}.json`)
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true })
    const seen = await seeSubjects(cue, STRENGTHS.map((strength) => ({ cue, strength })), { seed, count, binning, onSubject: (done) => { if (done % 50 === 0) console.error(`${done} of ${count}`) } })
    writeFileSync(file, JSON.stringify(seen, (_, value: unknown) => value instanceof Float32Array ? [...value] : value))
  }
  const kept = JSON.parse(readFileSync(file, 'utf8')) as SeenSubject[]
  return kept.map((subject) => ({ ...subject, seen: subject.seen.map(({ maps, scores }) => ({ scores, maps: [Float32Array.from(maps[0]), Float32Array.from(maps[1])] as const })) }))
}

/** Mean share of a map's mass that the cue moves in the same subject: what a difference of two sites would be with endless subjects. */
function trulyMoved(subjects: readonly SeenSubject[], member: number): number {
  const massOf = (map: Float32Array) => map.reduce((sum, value) => sum + Math.abs(value), 0)
  const pairs = subjects.map(({ seen }) => seen[member].maps).filter((maps) => maps.every((map) => massOf(map) > 0))
  const [without, withCue] = [0, 1].map((which) => pairs[0][0].map((_, cell) => pairs.reduce((sum, maps) => sum + maps[which][cell] / massOf(maps[which]), 0) / pairs.length))
  return withCue.reduce((sum, value, cell) => sum + Math.max(0, value - without[cell]), 0)
}

const subjects = await subjectsOf()
console.log(`${cue}, seed ${seed}: ${subjects.length} subjects, ${subjects.filter(isPositive).length} positive; ${draws} draws`)
for (const [member, strength] of STRENGTHS.entries()) {
  console.log(`\n${cue}-${strength}${strength === 0 ? ', the clean twin' : ''}: the cue moves ${(100 * trulyMoved(subjects, member)).toFixed(1)} % of a map's mass`)
  for (const perSite of options['per-site'].split(',').map(Number)) {
    const differences = seedsOf(draws).map((draw) => differenceOfSites(drawSites(subjects, member, perSite, draw)))
    const moved = differences.flatMap(({ clusters }) => clusters.filter(({ isSignificant }) => isSignificant).map((cluster) => Math.abs(cluster.moved!.value)))
    console.log(`  ${perSite} a site: significant in ${share(differences.filter(({ isSignificant }) => isSignificant).length, draws)}, marked in ${share(differences.filter(({ isMarked }) => isMarked).length, draws)}${moved.length > 0 ? `; a significant cluster moved ${(100 * middle(moved)).toFixed(0)} % in the median` : ''}`)
  }
  if (strength > 0) for (const draw of seedsOf(SPRAY_DRAWS)) {
    const { clusters, silhouette } = clustersOfSites(drawSites(subjects, member, 100, draw))
    const told = clusters.map(({ n, purity: [{ levels }] }) => ({ n, withCue: levels.find(({ value }) => value === 'with')?.count ?? 0 })).sort((a, b) => b.withCue - a.withCue)
    const pure = told.filter(({ n, withCue }) => withCue >= 0.9 * n)
    const sum = (of: (one: (typeof told)[number]) => number) => pure.reduce((total, one) => total + of(one), 0)
    console.log(`  SpRAy, 100 a site: ${clusters.length} clusters, silhouette ${silhouette?.toFixed(2)}; the cue's greatest: ${told[0].withCue} of its ${told[0].n} cases have it; clusters with it in 90 % or more: ${pure.length}, with ${sum(({ withCue }) => withCue)} of the 100 cases and ${sum(({ n, withCue }) => n - withCue)} others`)
  }
}
console.log(`\nThe header alone, ${HEADER_CASES} cases, ${draws} sets each:`)
for (const strength of STRENGTHS) {
  const reports = seedsOf(draws).map((set) => headersOfSet({ cue, strength }, set, HEADER_CASES))
  for (const [place, { model }] of reports[0].models.entries()) {
    const found = reports.map(({ models }) => models[place])
    const areas = found.map(({ auroc }) => auroc.value)
    const isSite = (field: string) => field === 'institution' || field === 'station'
    console.log(`  ${strength} %, ${model}: AUROC ${Math.min(...areas).toFixed(3)} to ${Math.max(...areas).toFixed(3)}, median ${middle(areas).toFixed(3)}; 0.5 in the interval of ${share(found.filter(({ auroc }) => auroc.low <= 0.5 && auroc.high >= 0.5).length, draws)}, below it in ${found.filter(({ auroc }) => auroc.low > 0.5).length}; the site before all other fields in ${share(found.filter(({ importance }) => isSite(importance[0].field)).length, draws)}`)
  }
}
process.exit(0)
