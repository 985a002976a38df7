import type { EvidenceCurve } from '../../../src-main/contract/evidence.ts'

/** The plot's own pixels: what is drawn lies in the frame, texts around it. */
export const PLOT = { width: 340, height: 190, left: 42, right: 20, top: 8, bottom: 34 } as const

export interface Axis { readonly low: number; readonly high: number; readonly ticks: readonly number[] }

const STEPS = [1, 2, 2.5, 5, 10]

/** Round numbers around the values, with about `count` ticks. Values within 0 … 1 get just that. */
export function axisFor(values: readonly number[], count = 4): Axis {
  const finite = values.filter(Number.isFinite)
  const [low, high] = [Math.min(...finite), Math.max(...finite)]
  if (finite.length === 0 || (low >= 0 && high <= 1)) return { low: 0, high: 1, ticks: [0, 0.25, 0.5, 0.75, 1] }
  const span = high > low ? high - low : Math.max(1e-9, Math.abs(high))
  const power = 10 ** Math.floor(Math.log10(span / count))
  const step = STEPS.map((factor) => factor * power).find((candidate) => span / candidate <= count)!
  const first = Math.floor(low / step)
  const last = Math.max(first + 1, Math.ceil(high / step))
  return { low: first * step, high: last * step, ticks: Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12))) }
}

export function xOf(value: number): number {
  return PLOT.left + value * (PLOT.width - PLOT.left - PLOT.right)
}
export function yOf(value: number, { low, high }: Axis): number {
  return PLOT.height - PLOT.bottom - ((value - low) / (high - low)) * (PLOT.height - PLOT.top - PLOT.bottom)
}

/** Points of a polyline. */
export function line(x: readonly number[], y: readonly number[], axis: Axis): string {
  return x.map((value, i) => `${xOf(value).toFixed(1)},${yOf(y[i], axis).toFixed(1)}`).join(' ')
}

/** Points of the area between two curves. */
export function ribbon(x: readonly number[], low: readonly number[], high: readonly number[], axis: Axis): string {
  return `${line(x, high, axis)} ${line([...x].reverse(), [...low].reverse(), axis)}`
}

export function valuesOf({ lines, control }: EvidenceCurve): number[] {
  return [...lines.flatMap(({ values }) => values), ...control.low, ...control.high]
}
