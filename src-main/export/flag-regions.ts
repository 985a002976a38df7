import { REASONS, type CaseDetail, type ReasonCode, type Region } from '../contract/records.ts'

/** What a region is marked as: its reason codes, or this where the reader gave none. */
export const UNSPECIFIED = 'unspecified'
export type RegionLabel = ReasonCode | typeof UNSPECIFIED
export const REGION_LABELS: readonly RegionLabel[] = [...Object.keys(REASONS) as ReasonCode[], UNSPECIFIED]

export interface LabelledRegion { readonly label: RegionLabel; readonly region: Region }

/** The reader's region once for each of its reasons, cut to the image; none where nothing was drawn or nothing of it lies on the image. */
export function labelledRegions({ flag, rows, columns }: CaseDetail): LabelledRegion[] {
  if (!flag?.region || rows === null || columns === null) return []
  const { x, y, width, height } = flag.region
  const [left, top] = [Math.max(0, x), Math.max(0, y)]
  const region: Region = { kind: 'rectangle', x: left, y: top, width: Math.min(columns, x + width) - left, height: Math.min(rows, y + height) - top }
  if (!(region.width > 0 && region.height > 0)) return []
  const labels: readonly RegionLabel[] = flag.reasons.length > 0 ? flag.reasons : [UNSPECIFIED]
  return labels.map((label) => ({ label, region }))
}
