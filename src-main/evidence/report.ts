import type { EvidenceCurve, FaithfulnessReport } from '../contract/evidence.ts'
import { proportion } from '../statistics/proportion.ts'
import { extent } from '../tensor/statistics.ts'
import { meanInterval } from '../statistics/mean-interval.ts'

type Cases = FaithfulnessReport['cases']

/** What the measurements of several cases say together. Cases without a value are left out, and count as cases all the same. */
export function summarise(better: 'higher' | 'lower', cases: Cases): Pick<FaithfulnessReport, 'mean' | 'controlMean' | 'advantage' | 'better' | 'curve'> {
  const measured = cases.flatMap(({ value, control }) => value === null || control === null ? [] : [{ value, control: control.mean }])
  const advantages = measured.map(({ value, control }) => better === 'higher' ? value - control : control - value)
  return {
    mean: meanInterval(measured.map(({ value }) => value)),
    controlMean: meanInterval(measured.map(({ control }) => control)),
    advantage: meanInterval(advantages),
    better: proportion(advantages.filter((advantage) => advantage > 0).length, advantages.length),
    curve: meanCurve(cases.flatMap(({ curve }) => curve ?? [])),
  }
}

/** Mean of curves over the same x; null where they differ, as those of maps of different grids do. The band is the mean of theirs. */
function meanCurve(curves: readonly EvidenceCurve[]): EvidenceCurve | null {
  const [first] = curves
  if (!first || !curves.every(({ x }) => x.length === first.x.length && x.every((value, i) => value === first.x[i]))) return null
  const mean = (of: (curve: EvidenceCurve) => readonly number[]): number[] => first.x.map((_, i) => extent(curves.map((curve) => of(curve)[i])).mean)
  return {
    ...first,
    lines: first.lines.map(({ name }, line) => ({ name, values: mean(({ lines }) => lines[line].values) })),
    control: { mean: mean(({ control }) => control.mean), low: mean(({ control }) => control.low), high: mean(({ control }) => control.high) },
  }
}
