/** Twice the weight of Ra, the sample to the left, of Rb, the one above, and of Rc, the one above to the left. */
export type Predictor = readonly [ra: number, rb: number, rc: number]

/**
 * The predictors of ITU-T T.81 table H.1 by selection value. Each is ⌊(a·Ra + b·Rb + c·Rc) / 2⌋: Ra + ⌊(Rb − Rc) / 2⌋, for one, is
 * ⌊(2Ra + Rb − Rc) / 2⌋.
 */
export const PREDICTORS: Readonly<Record<number, Predictor>> = {
  1: [2, 0, 0],
  2: [0, 2, 0],
  3: [0, 0, 2],
  4: [2, 2, -2],
  5: [2, 1, -1],
  6: [1, 2, -1],
  7: [1, 1, 0],
}

/**
 * Undoes the prediction of one component's line in place: `values` has the differences from `start` to `end`, `stride` apart. The sample to the left of the
 * first and the line above, `line` values before, are done. Sums are modulo 2¹⁶ (H.2.1). Returns the bits that any of its samples has.
 */
export function undoPrediction([a, b, c]: Predictor, values: Uint16Array, start: number, end: number, stride: number, line: number): number {
  if (b === 0 && c === 0) return undoLeft(values, start, end, stride)
  let bits = 0
  let ra = values[start - stride]
  let rc = values[start - stride - line]
  for (let at = start; at < end; at += stride) {
    const rb = values[at - line]
    ra = (values[at] + ((Math.imul(a, ra) + Math.imul(b, rb) + Math.imul(c, rc)) >> 1)) & 0xffff
    rc = rb
    values[at] = ra
    bits |= ra
  }
  return bits
}

/** The same of selection value 1, which is a syntax of its own (Process 14, Selection Value 1) and by far the most common. */
function undoLeft(values: Uint16Array, start: number, end: number, stride: number): number {
  let bits = 0
  let ra = values[start - stride]
  for (let at = start; at < end; at += stride) {
    ra = (values[at] + ra) & 0xffff
    values[at] = ra
    bits |= ra
  }
  return bits
}
