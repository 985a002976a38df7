import { ReviewError } from '../contract/errors.ts'
import type { FieldImportance, HeaderModel, HeadersReport, HeadersRequest, SubgroupTable } from '../contract/patterns.ts'
import { auroc, pairedDifference } from '../statistics/auroc.ts'
import { crossValidatedAuroc } from '../statistics/cross-validated.ts'
import { logistic, predictor } from '../statistics/logistic.ts'
import { ascending } from '../statistics/ranks.ts'
import { uniform } from '../tensor/random.ts'
import { binned, boostTrees, TREE_SETTINGS, treesScore } from './boosted-trees.ts'
import type { CodedColumn } from './clusters.ts'
import { patientFolds, ranksWithin } from './folds.ts'
import { headerColumns } from './header-columns.ts'
import type { HeaderField } from './header-columns.ts'
import { probeFeatures } from './probe.ts'
import { drawn } from './silhouette.ts'
import type { AnalysisNotes, CaseTable } from './types.ts'
import type { FeatureStack } from './vectors.ts'

export interface HeadersInput {
  readonly request: HeadersRequest
  readonly cases: CaseTable
  readonly positive: SubgroupTable['positive']
  readonly fields: readonly HeaderField[]
  readonly features: FeatureStack | null
  readonly probed: readonly CodedColumn[]
}

/** beyond this, cases are drawn: a header's few values are learnt from fewer */
const MOST_CASES = 20_000
const LEAST_OF_A_CLASS = 5
const L2 = 1
const REPEATS = 5

/** A model of headers alone: fits the rows `from`, and scores the rows `to`, where columns can be other ones than those it learnt from. */
interface HeaderLearner<C> {
  readonly id: HeaderModel['model']
  readonly about: string
  columns(columns: readonly Float64Array[]): readonly C[]
  fit(columns: readonly C[], isPositive: Uint8Array, rows: Uint32Array): (columns: readonly C[], rows: Uint32Array) => Float64Array
}

const LOGISTIC: HeaderLearner<Float64Array> = {
  id: 'logistic', about: `Logistic regression, L2 penalty of ${L2} on standardised predictors`,
  columns: (columns) => columns,
  fit(columns, isPositive, rows) {
    const at = (of: readonly Float64Array[], places: Uint32Array) => of.map((column) => Float64Array.from(places, (row) => column[row]))
    const fit = logistic(at(columns, rows), Uint8Array.from(rows, (row) => isPositive[row]), { l2: L2 })!
    return (of, places) => predictor(at(of, places), fit.coefficients, places.length)
  },
}
const TREES: HeaderLearner<Uint8Array> = {
  id: 'trees', about: `Gradient-boosted trees: ${TREE_SETTINGS.trees} of depth ${TREE_SETTINGS.depth}, rate ${TREE_SETTINGS.rate}, at least ${TREE_SETTINGS.leastInLeaf} cases a leaf`,
  columns: binned,
  fit(columns, isPositive, rows) {
    const model = boostTrees(columns, isPositive, rows)
    return (of, places) => treesScore(model, of, places)
  },
}

/**
 * How well the label can be told from headers that never saw the image (Zech et al. 2018), cross-validated by patient, beside the image model on the same cases; and which
 * fields the image model's features give away.
 */
export function headerBaseline({ request, cases, positive, fields, features, probed }: HeadersInput, notes: AnalysisNotes): HeadersReport {
  const { folds, seed } = request
  const labelled = Array.from(cases.labels, (_, i) => i).filter((i) => cases.labels[i] >= 0)
  const rows = Uint32Array.from(drawn(labelled.length, MOST_CASES, seed), (place) => labelled[place])
  const isPositive = Uint8Array.from(rows, (row) => Number(cases.labels[row] === positive.index))
  const positives = isPositive.reduce((sum, one) => sum + one, 0)
  if (Math.min(positives, rows.length - positives) < LEAST_OF_A_CLASS) throw new ReviewError('bad-filter', `The cases have ${positives} positive and ${rows.length - positives} other labels; ${LEAST_OF_A_CLASS} of each are needed. Import labels, choose another positive class, or widen the filter.`)
  const patients = Int32Array.from(rows, (row) => cases.patients[row])
  const header = headerColumns(fields, rows)
  const folded = patientFolds(patients, isPositive, folds, seed)
  const told = { header, isPositive, patients, folded, request }
  const models: (HeaderModel & { readonly scores: Float64Array })[] = header.columns.length === 0 ? [] : [
    crossValidated(LOGISTIC, told, (share) => notes.progress(Math.round(share * 40), 100, 'Logistic regression of headers')),
    crossValidated(TREES, told, (share) => notes.progress(Math.round(40 + share * 40), 100, 'Trees of headers')),
  ]
  const scored = Array.from(rows, (_, i) => i).filter((i) => cases.predicted[rows[i]] >= 0)
  const ofScored = <T extends ArrayLike<number>>(values: T) => Float64Array.from(scored, (i) => values[i])
  const imageScores = Float64Array.from(scored, (i) => cases.scores[rows[i]])
  const labels = ofScored(isPositive)
  const image = auroc(imageScores, labels, ascending(imageScores), ofScored(patients))
  const best = [...models].sort((a, b) => b.auroc.value - a.auroc.value)[0] as (typeof models)[number] | undefined
  const headerScores = best && ofScored(best.scores)
  return {
    positive, folds, seed,
    cases: rows.length,
    patients: new Set(patients.map((patient, i) => patient >= 0 ? patient : -1 - i)).size,
    fields: header.fields,
    models: models.map(({ scores: _, ...model }) => model),
    image,
    difference: image && headerScores ? pairedDifference(imageScores, ascending(imageScores), headerScores, ascending(headerScores), labels, ofScored(patients)) : null,
    probe: features && probeFeatures(features, cases, probed, request, (share) => notes.progress(Math.round(80 + share * 20), 100, "What the model's features give away")),
    notes: [
      ...(labelled.length < cases.ids.length ? [`${cases.ids.length - labelled.length} cases have no label and are left out.`] : []),
      ...(rows.length < labelled.length ? [`${rows.length} of ${labelled.length} labelled cases were drawn.`] : []),
      ...(header.columns.length === 0 ? ['No field has more than one value among these cases: headers tell nothing.'] : []),
      ...(scored.length < rows.length ? [`${rows.length - scored.length} cases are not scored; the image model is compared on the others.`] : []),
      ...(features ? [] : ["The project holds no features of the model, so there is no probe: run it with 'features' on."]),
    ],
  }
}

interface Told { readonly header: ReturnType<typeof headerColumns>; readonly isPositive: Uint8Array; readonly patients: Int32Array; readonly folded: Uint8Array; readonly request: HeadersRequest }

/** Scores of every row by a model that did not see its patient, and how much worse they get without each field. */
function crossValidated<C extends Float64Array | Uint8Array>({ id, about, columns: prepare, fit }: HeaderLearner<C>, { header, isPositive, patients, folded, request: { folds, seed } }: Told, onProgress: (share: number) => void): HeaderModel & { readonly scores: Float64Array } {
  const columns = prepare(header.columns)
  const raw = new Float64Array(isPositive.length)
  const falls = header.fields.map(() => [] as number[])
  const random = uniform(seed)
  for (let fold = 0; fold < folds; fold++) {
    const within = (is: boolean) => Uint32Array.from(Array.from(folded, (_, row) => row).filter((row) => (folded[row] === fold) === is))
    const [test, train] = [within(true), within(false)]
    if (test.length === 0 || train.length === 0) continue
    const score = fit(columns, isPositive, train)
    const own = score(columns, test)
    test.forEach((row, i) => { raw[row] = own[i] })
    const areaOf = (scores: Float64Array) => auroc(scores, Uint8Array.from(test, (row) => isPositive[row]), ascending(scores))?.value ?? null
    const whole = areaOf(own)
    if (whole === null) continue
    header.fields.forEach((_, field) => {
      for (let repeat = 0; repeat < REPEATS; repeat++) {
        const order = shuffledOf(test, random)
        const mixed = columns.map((column, place) => {
          if (header.fieldOf[place] !== field) return column
          const other = column.slice() as C
          test.forEach((row, i) => { other[row] = column[order[i]] })
          return other
        })
        falls[field].push(whole - areaOf(score(mixed, test))!)
      }
    })
    onProgress((fold + 1) / folds)
  }
  const scores = ranksWithin(raw, folded, folds)
  const importance = header.fields.map(({ field }, i): FieldImportance => {
    const mean = falls[i].reduce((sum, fall) => sum + fall, 0) / Math.max(1, falls[i].length)
    return { field, fall: mean, sd: Math.sqrt(falls[i].reduce((sum, fall) => sum + (fall - mean) ** 2, 0) / Math.max(1, falls[i].length - 1)) }
  }).sort((a, b) => b.fall - a.fall)
  return { model: id, about, auroc: crossValidatedAuroc(auroc(scores, isPositive, ascending(scores), patients)!, folds), importance, scores }
}

function shuffledOf(rows: Uint32Array, random: () => number): Uint32Array {
  const order = rows.slice()
  for (let i = order.length - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1))
    const swapped = order[i]
    order[i] = order[other]
    order[other] = swapped
  }
  return order
}

