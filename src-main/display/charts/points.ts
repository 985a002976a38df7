import type { ClustersReport } from '../../contract/patterns.ts'

/** The points of a plane as they lie in the bytes of a ClustersReport's `url`; no copy. */
export interface Points { readonly count: number; readonly caseIds: Int32Array; readonly clusters: Int32Array; readonly x: Float32Array; readonly y: Float32Array }

export function pointsOf(bytes: ArrayBuffer, { cases }: Pick<ClustersReport, 'cases'>): Points {
  const block = cases * 4
  return { count: cases, caseIds: new Int32Array(bytes, 0, cases), clusters: new Int32Array(bytes, block, cases), x: new Float32Array(bytes, 2 * block, cases), y: new Float32Array(bytes, 3 * block, cases) }
}
