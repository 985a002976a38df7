import { VERDICTS } from '../contract/records.ts'
import type { Auroc, Gap, Subgroup, SubgroupTable } from '../contract/patterns.ts'
import { auroc, independentDifference } from '../statistics/auroc.ts'
import { calibration, CALIBRATION_BINS } from '../statistics/calibration.ts'
import { holm } from '../statistics/holm.ts'
import { proportion } from '../statistics/proportion.ts'
import { ascending } from '../statistics/ranks.ts'
import type { CaseTable, Group } from './types.ts'

export interface SubgroupsInput {
  readonly cases: CaseTable
  readonly all: Group['group']
  readonly groups: readonly Group[]
  readonly leftOut: number
  readonly positive: SubgroupTable['positive']
  readonly threshold: number | null
  readonly minimum: number
  readonly gap: number
}

/**
 * How the model fares in each group, and how far its AUROC there is from that of all other cases. Groups are compared where they have the minimum of usable
 * cases and an AUROC; p values are Holm's over those.
 */
export function subgroupTable({ cases, all, groups, leftOut, positive, threshold, minimum, gap }: SubgroupsInput): SubgroupTable {
  const count = cases.ids.length
  const isPositive = Uint8Array.from(cases.labels, (label) => Number(label === positive.index))
  const isUsable = Uint8Array.from(cases.labels, (label, i) => Number(label >= 0 && cases.predicted[i] >= 0))
  const order = ascending(cases.scores).filter((i) => isUsable[i])
  const measures: Measures = { cases, isPositive, isUsable, order, positive: positive.index, threshold, minimum }

  const everything = Uint32Array.from({ length: count }, (_, i) => i)
  const isMember = new Uint8Array(count)
  const found = groups.map(({ group, rows }) => {
    isMember.fill(0)
    for (const row of rows) isMember[row] = 1
    const subgroup = measure(measures, { group, rows }, order.filter((i) => isMember[i]))
    const isCompared = !subgroup.isBelowMinimum && subgroup.auroc !== null
    const rest = isCompared ? auroc(cases.scores, isPositive, order.filter((i) => !isMember[i]), cases.patients) : null
    return { subgroup, difference: rest && independentDifference(subgroup.auroc as Auroc, rest) }
  })
  const adjusted = holm(found.map(({ difference }) => difference && difference.p))
  const withGaps = found.map(({ subgroup, difference }, i): Subgroup => ({ ...subgroup, gap: difference && gapOf(difference, adjusted[i]!, gap) }))

  const ranked = withGaps.filter((group) => group.auroc !== null && !group.isBelowMinimum).sort((a, b) => a.auroc!.value - b.auroc!.value)
  const overall = measure(measures, { group: all, rows: everything }, order)
  return {
    positive, threshold, minimum, gap, calibrationBins: CALIBRATION_BINS, leftOut,
    overall,
    groups: withGaps,
    worst: ranked.length > 1 ? ranked[0].key : null,
    best: ranked.length > 1 ? ranked.at(-1)!.key : null,
    notes: notesOf(overall, leftOut),
  }
}

interface Measures {
  readonly cases: CaseTable
  readonly isPositive: Uint8Array
  readonly isUsable: Uint8Array
  readonly order: Uint32Array
  readonly positive: number
  readonly threshold: number | null
  readonly minimum: number
}

/** `order`: the group's usable cases by ascending score. */
function measure({ cases, isPositive, positive, threshold, minimum }: Measures, { group, rows }: Group, order: Uint32Array): Subgroup {
  const { labels, predicted, scores, patients, verdicts } = cases
  let positives = 0
  let correct = 0
  let truePositives = 0
  let trueNegatives = 0
  for (let at = 0; at < order.length; at++) {
    const i = order[at]
    positives += isPositive[i]
    if (labels[i] === predicted[i]) correct++
    const saysPositive = threshold === null ? predicted[i] === positive : scores[i] >= threshold
    if (isPositive[i] && saysPositive) truePositives++
    if (!isPositive[i] && !saysPositive) trueNegatives++
  }
  let [flags, wrongReasons] = [0, 0]
  const seen = new Set<number>()
  let withoutPatient = 0
  for (let at = 0; at < rows.length; at++) {
    const i = rows[at]
    if (verdicts[i] >= 0) flags++
    if (VERDICTS[verdicts[i]] === 'wrong-reason') wrongReasons++
    if (patients[i] < 0) withoutPatient++
    else seen.add(patients[i])
  }
  const usable = order.length
  const negatives = usable - positives
  return {
    ...group,
    patients: seen.size + withoutPatient,
    usable,
    positives,
    prevalence: proportion(positives, usable),
    accuracy: proportion(correct, usable),
    auroc: auroc(scores, isPositive, order, patients),
    sensitivity: proportion(truePositives, positives),
    specificity: proportion(trueNegatives, negatives),
    calibration: calibration(Float64Array.from(order, (i) => scores[i]), Uint8Array.from(order, (i) => isPositive[i])),
    flagged: proportion(flags, rows.length),
    wrongReason: proportion(wrongReasons, flags),
    gap: null,
    isBelowMinimum: usable < minimum,
    note: noteOf(usable, positives, rows.length),
  }
}

function noteOf(usable: number, positives: number, n: number): string {
  if (n === 0) return 'No case is in this group.'
  if (usable === 0) return 'No case has both a label and a score.'
  if (positives === 0) return 'No positive case: AUROC and sensitivity are not defined.'
  if (positives === usable) return 'No negative case: AUROC and specificity are not defined.'
  return ''
}

function gapOf({ value, low, high, p }: { readonly value: number; readonly low: number; readonly high: number; readonly p: number }, pHolm: number, threshold: number): Gap {
  return { difference: { value, low, high }, p, pHolm, isMarked: value <= -threshold }
}

function notesOf(overall: Subgroup, leftOut: number): string[] {
  return [
    ...(overall.usable === 0 ? ['No case has both a label and a score: import labels and run the model first.'] : overall.usable < overall.n ? [`${overall.n - overall.usable} of ${overall.n} cases have no label or no score; they count for flags alone.`] : []),
    ...(leftOut > 0 ? [`${leftOut} smaller groups are left out.`] : []),
  ]
}
