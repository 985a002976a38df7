import type { SubgroupTable } from '../contract/patterns.ts'
import { mapsByGroup } from './maps.ts'
import type { MapsInput, MapsOutput } from './maps.ts'
import { subgroupTable } from './subgroups.ts'
import type { SubgroupsInput } from './subgroups.ts'
import type { AnalysisNotes } from './types.ts'

/** What can be worked out in the process of its own: name → what goes in and what comes out. */
export interface Analyses {
  subgroups: { input: SubgroupsInput; output: SubgroupTable }
  maps: { input: MapsInput; output: MapsOutput }
}
export type AnalysisName = keyof Analyses

export const ANALYSES: { readonly [Name in AnalysisName]: (input: Analyses[Name]['input'], notes: AnalysisNotes) => Analyses[Name]['output'] } = {
  subgroups: subgroupTable,
  maps: mapsByGroup,
}
