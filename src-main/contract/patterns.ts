import { z } from './zod.ts'
import { AttributionRequest, ColumnName, Filter, NO_FILTER, type Proportion } from './records.ts'

/**
 * What only shows across a whole set: subgroups, mean maps and their differences, clusters of maps, what the headers alone give away, exposure.
 * docs/patterns.md explains every number. All of it is the same for the same cases, request and seed.
 */

// ---------------------------------------------------------------- what is asked

/** Ages in years where a band ends and the next begins: [18, 40] is 0–17, 18–39, 40 and above. */
export const DEFAULT_AGE_BANDS = [18, 40, 60, 80]
/** below so many cases a group is listed, but neither compared nor named worst */
export const DEFAULT_MINIMUM = 20

const Seed = z.int().min(0).max(0xffffffff).default(1)
const CutPoints = z.array(z.number()).max(50)
const CaseId = z.int().min(1)

/** How cases are split. Columns cross one another; a saved filter is a slice by itself, which may overlap others. */
export const Grouping = z.object({
  columns: z.array(ColumnName).max(2).default([]),
  /** column of numbers → ascending cut points. A column of numbers without them: `ageYears` has DEFAULT_AGE_BANDS, others their quartiles where they have more than 12 values */
  bands: z.record(z.string(), CutPoints).default({}),
  /** ids of saved filters */
  filters: z.array(z.int()).max(50).default([]),
}).refine(({ columns, filters }) => columns.length + filters.length > 0, 'choose a column or a saved filter')
export type Grouping = z.infer<typeof Grouping>

export const SubgroupsRequest = z.object({
  filter: Filter.default(NO_FILTER),
  by: Grouping,
  /** class that is 'positive'; null: the profile's, else the second of two classes, else the rarest labelled one */
  positive: z.int().min(0).nullable().default(null),
  /** predicted positive at this probability and above; null: as the model predicts */
  threshold: z.number().min(0).max(1).nullable().default(null),
  minimum: z.int().min(2).max(1_000_000).default(DEFAULT_MINIMUM),
  /** a gap of AUROC from here on is marked (Seah et al. 2021) */
  gap: z.number().min(0).max(1).default(0.05),
})
export type SubgroupsRequest = z.infer<typeof SubgroupsRequest>

/** image: fractions of the image as it is; body: fractions of the box that the body was found in, cases without one left out */
export const FRAMES = ['image', 'body'] as const
/** mass: each map over the sum of its absolute values; max: over its greatest absolute value; none: as computed */
export const NORMALISATIONS = ['mass', 'max', 'none'] as const

export const MapsRequest = z.object({
  filter: Filter.default(NO_FILTER),
  by: Grouping,
  attribution: AttributionRequest,
  frame: z.enum(FRAMES).default('image'),
  normalise: z.enum(NORMALISATIONS).default('mass'),
  /** maps of one patient in one group are averaged first, since they are not independent */
  unit: z.enum(['patient', 'case']).default('patient'),
  permutations: z.int().min(99).max(100_000).default(2000),
  /** two-sided level at which a cell joins a cluster; says nothing of the test's own level */
  cellLevel: z.number().gt(0).lt(1).default(0.05),
  /** of the whole grid, after Holm: strict, since who looks for differences looks at many */
  level: z.number().gt(0).lt(1).default(0.01),
  /** share of a map's mass that has to lie elsewhere for a significant difference to be marked, its interval's nearer end: with enough cases the smallest one is significant */
  moved: z.number().min(0).max(1).default(0.1),
  seed: Seed,
  minimum: z.int().min(2).max(1_000_000).default(DEFAULT_MINIMUM),
  /** the largest groups that are compared, two by two */
  groups: z.int().min(2).max(12).default(6),
  /** cases that carry a difference, of each group, that are named */
  top: z.int().min(1).max(500).default(24),
})
export type MapsRequest = z.infer<typeof MapsRequest>

export const CLUSTER_METHODS = ['spectral', 'k-means'] as const
export const VECTORS = ['maps', 'features'] as const

export const ClustersRequest = z.object({
  filter: Filter.default(NO_FILTER),
  /** maps of this kind, or the model's penultimate features */
  of: z.enum(VECTORS).default('maps'),
  attribution: AttributionRequest,
  frame: z.enum(FRAMES).default('image'),
  method: z.enum(CLUSTER_METHODS).default('spectral'),
  /** null: by the greatest gap of the eigenvalues (spectral) or the best silhouette (k-means), of 2 to `most` */
  clusters: z.int().min(2).max(40).nullable().default(null),
  most: z.int().min(2).max(40).default(12),
  neighbours: z.int().min(2).max(200).default(10),
  /** columns that purity is told of */
  purity: z.array(ColumnName).max(8).default(['label', 'institution', 'manufacturer', 'modelName']),
  seed: Seed,
})
export type ClustersRequest = z.infer<typeof ClustersRequest>

/** Fields of the header that a case has in the project. */
export const HEADER_FIELDS = ['modality', 'sex', 'ageYears', 'manufacturer', 'modelName', 'station', 'institution', 'view', 'bodyPart', 'rows', 'columns', 'photometric', 'transferSyntax'] as const

export const HeadersRequest = z.object({
  filter: Filter.default(NO_FILTER),
  positive: z.int().min(0).nullable().default(null),
  fields: z.array(z.enum(HEADER_FIELDS)).min(1).default([...HEADER_FIELDS]),
  /** columns of the labels file that are taken for header fields as well, as group:site */
  groupColumns: z.array(ColumnName).max(20).default([]),
  folds: z.int().min(2).max(20).default(5),
  /** fields that the model's own features are asked for; without features in the project there is no probe */
  probe: z.array(ColumnName).max(12).default(['institution', 'manufacturer', 'modelName', 'station', 'sex', 'view']),
  seed: Seed,
})
export type HeadersRequest = z.infer<typeof HeadersRequest>

export const ExposureRequest = z.object({
  filter: Filter.default(NO_FILTER),
  positive: z.int().min(0).nullable().default(null),
  bins: z.int().min(4).max(100).default(24),
  /** so many cases at most are decoded, drawn with the seed; those measured before cost nothing */
  sample: z.int().min(10).max(1_000_000).default(2000),
  seed: Seed,
})
export type ExposureRequest = z.infer<typeof ExposureRequest>

export const SimilarRequest = z.object({
  caseId: CaseId,
  of: z.enum(VECTORS).default('maps'),
  attribution: AttributionRequest,
  filter: Filter.default(NO_FILTER),
  top: z.int().min(1).max(500).default(20),
})
export type SimilarRequest = z.infer<typeof SimilarRequest>

export const ValuesRequest = z.object({ id: z.int().min(1), column: ColumnName, bands: CutPoints.default([]) })
export type ValuesRequest = z.infer<typeof ValuesRequest>

// ---------------------------------------------------------------- what comes back

/** A number with its 95 % interval. */
export interface Interval { readonly value: number; readonly low: number; readonly high: number }

/** How an interval of AUROC was made. docs/patterns.md has the papers. */
export const AUROC_INTERVALS = {
  delong: 'DeLong et al. 1988, by Sun & Xu 2014, logit-transformed',
  clustered: 'Obuchowski 1997 (several images of a patient), logit-transformed',
  score: 'Newcombe 2006, method 5 (fewer than 10 of a class, or a perfect separation)',
} as const
export interface Auroc extends Interval { readonly se: number; readonly positives: number; readonly negatives: number; readonly interval: keyof typeof AUROC_INTERVALS }

export interface CalibrationBin { readonly low: number; readonly high: number; readonly count: number; readonly meanScore: number; readonly rate: number }
export interface Calibration {
  /** expected calibration error over bins of equal width (Guo et al. 2017) */
  readonly ece: number
  /** filled bins alone */
  readonly bins: readonly CalibrationBin[]
  readonly brier: number
  /** logistic recalibration on the score's logit (Cox 1958): 1 and 0 are perfect; null where it does not exist, `note` says why */
  readonly slope: Interval | null
  readonly intercept: Interval | null
  /** intercept with the slope held at 1: calibration in the large */
  readonly inTheLarge: Interval | null
  readonly note: string
}

/** One value of a split: a value of the column, a band, or 'none' for cases without one. */
export interface GroupPart { readonly column: string; readonly value: string }
export interface GroupName {
  /** stands for the group in other records of the same answer */
  readonly key: string
  /** 'F', '40–59', 'F × North', or the saved filter's name */
  readonly name: string
  readonly parts: readonly GroupPart[]
  readonly filterId: number | null
  /** the group's cases in the work list */
  readonly filter: Filter
  readonly n: number
}

export interface Gap {
  /** of the group less that of all other cases */
  readonly difference: Interval
  /** two-sided, normal; Holm's over the groups of this answer */
  readonly p: number
  readonly pHolm: number
  /** lower by the threshold or more */
  readonly isMarked: boolean
}

export interface Subgroup extends GroupName {
  readonly patients: number
  /** with a label of a class of the model and a score: what the numbers below are of */
  readonly usable: number
  readonly positives: number
  readonly prevalence: Proportion | null
  /** of all scored cases with a label, whatever the class */
  readonly accuracy: Proportion | null
  /** null: not defined, and `note` says why */
  readonly auroc: Auroc | null
  readonly sensitivity: Proportion | null
  readonly specificity: Proportion | null
  readonly calibration: Calibration | null
  /** cases with a verdict, and 'wrong-reason' among them */
  readonly flagged: Proportion | null
  readonly wrongReason: Proportion | null
  readonly gap: Gap | null
  readonly isBelowMinimum: boolean
  readonly note: string
}

export interface SubgroupTable {
  readonly positive: { readonly index: number; readonly name: string; readonly chosen: 'request' | 'profile' | 'second' | 'rarest' }
  /** null: as the model predicts */
  readonly threshold: number | null
  readonly minimum: number
  readonly gap: number
  readonly calibrationBins: number
  readonly overall: Subgroup
  readonly groups: readonly Subgroup[]
  /** lowest AUROC of the groups that have the minimum; null: fewer than two have one */
  readonly worst: string | null
  readonly best: string | null
  /** groups that were left out: more than so many values */
  readonly leftOut: number
  readonly notes: readonly string[]
}

/** Values on a grid, row-major; cells that no case has are null. */
export interface GridMap { readonly grid: readonly [number, number]; readonly values: readonly (number | null)[] }

export interface MapGroup extends GroupName {
  /** independent units: patients, or cases */
  readonly units: number
  /** maps that went in */
  readonly maps: number
  /** the same everywhere: left out, since they cannot be normalised */
  readonly flat: number
  readonly mean: GridMap
  /** standard error of each cell over the units */
  readonly se: GridMap
  readonly zones: readonly ZoneMass[]
  readonly isBelowMinimum: boolean
}
/** Share of the map's positive mass that lies in a zone; a mean over units with its 95 % interval. */
export interface ZoneMass extends Interval { readonly zone: string; readonly units: number }

export interface CarryingCase { readonly caseId: number; readonly file: string; readonly value: number }

/** Neighbouring cells that differ in one direction, tested as one question (Maris & Oostenveld 2007). */
export interface DifferenceCluster {
  /** the first group has more here, or less */
  readonly sign: 1 | -1
  readonly cells: readonly number[]
  /** Σ t over the cells */
  readonly mass: number
  /** share of permutations whose greatest cluster mass is at least this one's, this arrangement counted */
  readonly p: number
  readonly pHolm: number
  readonly isSignificant: boolean
  /** mean of a less mean of b, summed over the cells: the share of a map's mass that moved, by Welch over the units; null where maps are not normalised by mass */
  readonly moved: Interval | null
  /** significant, and all of `moved`'s interval is at least as far from 0 as was asked for */
  readonly isMarked: boolean
  /** cases whose normalised map has the most (of the group that has more) or the least here, strongest first: mean over the cells */
  readonly cases: { readonly a: readonly CarryingCase[]; readonly b: readonly CarryingCase[] }
}

export interface MapDifference {
  readonly a: string
  readonly b: string
  readonly difference: GridMap
  readonly t: GridMap
  /** |t| from which on a cell joins a cluster */
  readonly cellThreshold: number
  readonly clusters: readonly DifferenceCluster[]
  /** of the greatest cluster; 1 where there is none */
  readonly p: number
  /** Holm's over all pairs of this answer (Holm 1979) */
  readonly pHolm: number
  readonly isSignificant: boolean
  /** a cluster of it is marked */
  readonly isMarked: boolean
  readonly zones: readonly { readonly zone: string; readonly difference: Interval }[]
  /** where the groups lie differently in the image, a difference of maps proves little */
  readonly warnings: readonly string[]
}

export interface MapsReport {
  readonly attribution: AttributionRequest
  readonly className: string
  readonly frame: (typeof FRAMES)[number]
  /** the common frame in words */
  readonly frameNote: string
  readonly normalise: (typeof NORMALISATIONS)[number]
  readonly signed: boolean
  /** the grids that the maps have themselves, most frequent first; the common grid is no finer than the finest */
  readonly nativeGrids: readonly { readonly grid: readonly [number, number]; readonly maps: number }[]
  readonly grid: readonly [number, number]
  /** median columns over rows of the images: how a common frame is drawn */
  readonly aspect: number
  readonly unit: 'patient' | 'case'
  readonly permutations: number
  readonly cellLevel: number
  readonly level: number
  readonly moved: number
  readonly minimum: number
  readonly seed: number
  readonly overall: GridMap
  readonly groups: readonly MapGroup[]
  readonly differences: readonly MapDifference[]
  /** cases of the filter without such a map */
  readonly withoutMap: number
  readonly notes: readonly string[]
}

export interface PurityLevel { readonly value: string; readonly count: number; readonly share: number }
export interface ClusterPurity {
  readonly column: string
  /** share of the most frequent value */
  readonly purity: number
  readonly levels: readonly PurityLevel[]
  /** the most frequent value's share here over its share among all */
  readonly lift: number
}
export interface MapCluster {
  readonly index: number
  readonly n: number
  readonly mean: GridMap | null
  /** closest to the cluster's own centre first */
  readonly exemplars: readonly { readonly caseId: number; readonly file: string }[]
  readonly purity: readonly ClusterPurity[]
  readonly accuracy: Proportion | null
  readonly flagged: Proportion | null
  /** mean of what the evidence job found suspicious; null: nothing was found yet */
  readonly suspicion: { readonly mean: number; readonly of: number } | null
}

export interface ClustersReport {
  /** of the kept report: `patterns.values` colours its points */
  readonly id: number
  readonly of: (typeof VECTORS)[number]
  readonly method: (typeof CLUSTER_METHODS)[number]
  readonly seed: number
  readonly cases: number
  readonly withoutVector: number
  readonly flat: number
  readonly grid: readonly [number, number] | null
  /** in the order of the numbers in `url` */
  readonly clusters: readonly MapCluster[]
  /** k chosen by the eigengap or the silhouette, or as asked */
  readonly chosen: 'request' | 'eigengap' | 'silhouette'
  /** smallest eigenvalues of the normalised Laplacian, ascending; empty unless spectral */
  readonly eigenvalues: readonly number[]
  /** eigenvalue k+1 less eigenvalue k, for k = 1 … */
  readonly eigengaps: readonly number[]
  /** parts of the graph of neighbours without an edge between them */
  readonly components: number
  /** mean silhouette (Rousseeuw 1987) on a sample */
  readonly silhouette: number | null
  /** share of true neighbours among those of the graph, measured on a sample; 1: exact */
  readonly neighbourRecall: number
  /** how the plane was made, in words */
  readonly embedding: string
  /**
   * points, little endian, four blocks of `cases` values: int32 case ids, int32 cluster, float32 x, float32 y; GET below the shell's origin.
   * x and y have no unit
   */
  readonly url: string
  readonly notes: readonly string[]
}

/** Colours of a report's points, in their order. */
export type PointValues =
  | { readonly kind: 'levels'; readonly levels: readonly string[]; /** place in `levels`; −1: none */ readonly codes: readonly number[] }
  | { readonly kind: 'numbers'; readonly values: readonly (number | null)[] }

export interface FieldImportance {
  readonly field: string
  /** fall of the cross-validated AUROC when the field's values are shuffled; mean and spread of the repeats */
  readonly fall: number
  readonly sd: number
}
export interface HeaderModel {
  readonly model: 'logistic' | 'trees'
  /** in words, with its settings */
  readonly about: string
  readonly auroc: Auroc
  readonly importance: readonly FieldImportance[]
}
export interface ProbeResult {
  readonly column: string
  /** against all others; a mean over values that are frequent enough, weighted by their cases */
  readonly auroc: number
  readonly levels: readonly { readonly value: string; readonly auroc: Auroc }[]
  readonly note: string
}
export interface HeadersReport {
  readonly positive: SubgroupTable['positive']
  readonly cases: number
  readonly patients: number
  readonly folds: number
  readonly seed: number
  /** fields that have more than one value, as they were used */
  readonly fields: readonly { readonly field: string; readonly kind: 'number' | 'category'; readonly values: number }[]
  readonly models: readonly HeaderModel[]
  /** the image model on the same cases; null: they are not scored */
  readonly image: Auroc | null
  /** image model less the better header-only model, on the same cases (DeLong et al. 1988) */
  readonly difference: (Interval & { readonly p: number }) | null
  /** null: the project has no features; a run with `features` stores them */
  readonly probe: readonly ProbeResult[] | null
  readonly notes: readonly string[]
}

export const EXPOSURE_STATISTICS = {
  mean: 'Mean brightness',
  contrast: 'Contrast',
  borderDarkness: 'Darkness of the border',
  sharpness: 'Sharpness',
  aspect: 'Width over height',
} as const
export type ExposureStatistic = keyof typeof EXPOSURE_STATISTICS

export interface ExposureRow {
  readonly statistic: ExposureStatistic
  /** bins + 1 edges */
  readonly edges: readonly number[]
  readonly positives: readonly number[]
  readonly negatives: readonly number[]
  readonly unlabelled: readonly number[]
  /** mean score of the cases of each bin; null: none */
  readonly meanScore: readonly (number | null)[]
  /** how well it tells the label by itself; above 0.5: positives have more of it */
  readonly auroc: Auroc | null
  /** Spearman's, with the score, among the negatives: what moves the score where there is nothing to find */
  readonly withScore: (Interval & { readonly p: number; readonly of: number }) | null
}
export interface ExposureReport {
  readonly positive: SubgroupTable['positive']
  readonly cases: number
  readonly failed: number
  readonly rows: readonly ExposureRow[]
  readonly notes: readonly string[]
}

export interface SimilarCases {
  readonly of: (typeof VECTORS)[number]
  /** cosine of the two vectors, greatest first; the case itself is not among them */
  readonly cases: readonly { readonly caseId: number; readonly file: string; readonly cosine: number }[]
}

export const PATTERN_KINDS = ['subgroups', 'maps', 'clusters', 'headers', 'exposure'] as const
export type PatternKind = (typeof PATTERN_KINDS)[number]

/** A report that the project keeps, newest first. */
export interface KeptReport { readonly id: number; readonly kind: PatternKind; readonly request: unknown; readonly computedAt: string }
