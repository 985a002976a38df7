import type { Results } from '../../contract/protocol.ts'
import type { ExportProvenance } from '../types.ts'
import type { Html } from './html.ts'

/** A picture of a case with its caveat in it, and in words for those who do not see it. `caption` names no patient. */
export interface ReportExample { readonly png: Uint8Array; readonly caption: string; readonly caveat: string }

export interface ReportFacts {
  readonly results: Results
  /** of the plan's model, by index; empty where it is not known here */
  readonly classes: readonly string[]
  readonly provenance: ExportProvenance
  readonly settings: {
    readonly plain: boolean
    /** why there are none though they were asked for; '' otherwise */
    readonly noExamples: string
  }
  readonly examples: readonly ReportExample[]
  /** what was worked out across the whole set; null: nothing */
  readonly patterns: Html | null
}
