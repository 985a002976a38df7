import type { HeadersReport, SubgroupTable } from '../contract/patterns.ts'
import { clusterCases } from './clusters.ts'
import type { ClustersInput, ClustersOutput } from './clusters.ts'
import { exposureDrift } from './exposure.ts'
import type { ExposureInput, ExposureOutput } from './exposure.ts'
import { headerBaseline } from './headers.ts'
import type { HeadersInput } from './headers.ts'
import { mapsByGroup } from './maps.ts'
import type { MapsInput, MapsOutput } from './maps.ts'
import { similarCases } from './similar.ts'
import type { SimilarInput, SimilarOutput } from './similar.ts'
import { subgroupTable } from './subgroups.ts'
import type { SubgroupsInput } from './subgroups.ts'
import type { AnalysisNotes } from './types.ts'

/** What can be worked out in the process of its own: name → what goes in and what comes out. */
export interface Analyses {
  subgroups: { input: SubgroupsInput; output: SubgroupTable }
  maps: { input: MapsInput; output: MapsOutput }
  clusters: { input: ClustersInput; output: ClustersOutput }
  headers: { input: HeadersInput; output: HeadersReport }
  exposure: { input: ExposureInput; output: ExposureOutput }
  similar: { input: SimilarInput; output: SimilarOutput }
}
export type AnalysisName = keyof Analyses

export const ANALYSES: { readonly [Name in AnalysisName]: (input: Analyses[Name]['input'], notes: AnalysisNotes) => Analyses[Name]['output'] } = {
  subgroups: subgroupTable,
  maps: mapsByGroup,
  clusters: clusterCases,
  headers: headerBaseline,
  exposure: exposureDrift,
  similar: similarCases,
}
