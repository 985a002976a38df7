import { z } from './zod.ts'
import {
  AnyZoneName, CalibrateRequest, CheckRequest, Outline, PlantRequest, SpreadRequest, SuspectRequest, ZoneTemplate,
  type CaseEvidence, type CausalCheck, type CheckPicture, type OperationInfo, type Zone,
} from './causal.ts'
import { FaithfulnessRequest, RandomisationRequest, type MetricInfo } from './evidence.ts'
import { AUDIT_FORMATS, FlagMapping, Identifiers, ReportRequest, type ExportPreview, type FlagFilePreview, type FlagImportReport } from './interchange.ts'
import { ClustersRequest, ExposureRequest, HeadersRequest, MapsRequest, SimilarRequest, SubgroupsRequest, ValuesRequest, type ClustersReport, type ExposureReport, type HeadersReport, type KeptReport, type MapsReport, type PointValues, type SimilarCases, type SubgroupTable } from './patterns.ts'
import { Profile } from './profile.ts'
import {
  AnswerRequest, ItemRequest, JudgeRequest, Pass, PlanRequest, ResultsRequest, SizeRequest,
  type AuditEntry, type Conflict, type ModelComparison, type Plan, type PlanItem, type ProjectModel, type ReaderProgress, type Reading, type Results, type SalvageReport, type SampleSize,
} from './protocol.ts'
import { DicomWebServer, ReceiverOptions, StudyQuery, Uid, type ReceiverState, type RemoteStudy } from './remote.ts'
import {
  DEIDENTIFICATION_OPTIONS,
  AttributionRequest, ColumnName, Filter, LabelMapping, NO_FILTER, PROVIDER_IDS, Reason, Region, Sort, Verdict,
  type AppState, type AttributionRecord, type BundledModel, type CaseDetail, type CaseRow, type ComputeStatus, type DirectoryListing, type HeaderTag, type ImageRecord,
  type InputRecord, type InstrumentedFile, type Job, type LabelMatch, type LabelPreview, type ModelInspection, type ProjectInfo, type ProviderInfo,
  type RecentProject, type Sample, type SavedFilter, type Settings, type Summary,
} from './records.ts'

interface Method<I extends z.ZodType, O> {
  readonly input: I
  /** only a type: what comes back is trusted, since the service is ours */
  readonly output?: O
}
const returns = <O>() => <I extends z.ZodType>(input: I): Method<I, O> => ({ input })

const Nothing = z.object({}).default({})
const Path = z.string().min(1).max(4096)
const CaseId = z.int().min(1)
const Selection = z.object({ filter: Filter.default(NO_FILTER), sort: Sort.nullable().default(null) })

/** Every method of the service, a line each. Both shells, the client and the tests are derived from this table. */
export const api = {
  'app.state': returns<AppState>()(Nothing),
  'app.settings': returns<Settings>()(z.object({ theme: z.enum(['dark', 'light']).optional(), reader: z.string().trim().min(1).max(100).optional(), view: z.record(z.string(), z.unknown()).optional() })),

  /** the desktop shell's own dialog; null: cancelled. The browser shell refuses with `not-allowed` and shows files.list instead */
  'files.pick': returns<string | null>()(z.object({ what: z.enum(['studies', 'studies-file', 'model', 'labels', 'flags', 'project', 'save-project', 'export-file', 'export-folder']), suggested: z.string().optional() })),
  'files.list': returns<DirectoryListing>()(z.object({ path: Path.nullable().default(null), extensions: z.array(z.string()).default([]) })),

  'project.create': returns<ProjectInfo>()(z.object({ file: Path })),
  'project.open': returns<ProjectInfo>()(z.object({ file: Path })),
  'project.openDemo': returns<ProjectInfo>()(Nothing),
  'project.close': returns<null>()(Nothing),
  'project.recent': returns<readonly RecentProject[]>()(Nothing),
  /** what can still be read of a damaged project, as a new one */
  'project.salvage': returns<SalvageReport>()(z.object({ file: Path, out: Path })),
  'project.summary': returns<Summary>()(z.object({ filter: Filter.default(NO_FILTER) })),

  /**
   * → a job whose result is an ImportReport; the same folder again goes on where it stopped and adds nothing twice. A zip file, a DICOMDIR or a
   * single file may stand where a folder does. `also`: more of them, as dropped together; `images`: PNG and JPEG images too
   */
  'import.start': returns<Job>()(z.object({ folder: Path, also: z.array(Path).max(10_000).default([]), images: z.boolean().default(false) })),
  /** a folder beside the project that dropped files are sent into before they are imported; for pages that know no paths */
  'import.receive': returns<{ readonly id: string; readonly folder: string }>()(Nothing),

  /** what a DICOMweb server has; nothing is asked of a server but by this and the next, each on the user's own action */
  'dicomweb.search': returns<readonly RemoteStudy[]>()(z.object({ server: DicomWebServer, query: StudyQuery })),
  /** stores these studies beside the project and imports them → a job of kind `import` whose result is an ImportReport */
  'dicomweb.retrieve': returns<Job>()(z.object({ server: DicomWebServer, studies: z.array(Uid).min(1).max(1000) })),
  /** takes in what a PACS or a modality sends, until stopped or the project is closed; off unless this is called. `into`: null, beside the project */
  'receiver.start': returns<ReceiverState>()(ReceiverOptions.extend({ into: Path.nullable().default(null) })),
  'receiver.stop': returns<ReceiverState>()(Nothing),
  'receiver.state': returns<ReceiverState>()(Nothing),

  'labels.preview': returns<LabelPreview>()(z.object({ file: Path })),
  'labels.match': returns<LabelMatch>()(z.object({ file: Path, mapping: LabelMapping })),
  'labels.apply': returns<LabelMatch>()(z.object({ file: Path, mapping: LabelMapping })),

  /** the models that came with the program; none where it was installed without its demo */
  'model.bundled': returns<readonly BundledModel[]>()(Nothing),
  'model.inspect': returns<ModelInspection>()(z.object({ file: Path })),
  /** saves the model with its gradients at these layers (none: the default one) as ONNX, to be run elsewhere */
  'model.instrument': returns<InstrumentedFile>()(z.object({ file: Path, layers: z.array(z.string()).max(100).default([]), inputGradient: z.boolean().default(false), out: Path, overwrite: z.boolean().default(false) })),
  /** puts the model with its profile into the project; scores of another model or profile are kept, but not shown */
  'model.use': returns<ProjectInfo>()(z.object({ file: Path, profile: Profile, saveBeside: z.boolean().default(false) })),
  /** the input tensor of a case, under a profile that need not be saved yet */
  'model.input': returns<InputRecord>()(z.object({ caseId: CaseId, file: Path.optional(), profile: Profile.optional() })),
  'model.checkGradients': returns<readonly { readonly direction: number; readonly analytic: number; readonly numeric: number; readonly relativeError: number }[]>()(z.object({ layer: z.string().nullable().default(null), caseId: CaseId.nullable().default(null) })),

  'providers.list': returns<readonly ProviderInfo[]>()(Nothing),
  /** tries every provider on the model in use and measures it → a job whose result is readonly ProviderInfo[] */
  'providers.probe': returns<Job>()(Nothing),
  'providers.force': returns<readonly ProviderInfo[]>()(z.object({ provider: z.enum(PROVIDER_IDS).nullable() })),

  /** scores and maps, with `features` the model's features too, of all cases of the filter that do not have them yet → a job */
  'run.start': returns<Job>()(z.object({ filter: Filter.default(NO_FILTER), attribution: AttributionRequest.nullable(), features: z.boolean().default(false) })),
  /** one case now: from the project if it is there, else computed, before everything that waits */
  'attribution.get': returns<AttributionRecord>()(z.object({ caseId: CaseId, request: AttributionRequest })),
  /** decoded images and maps of these cases are made ready, in this order; a new call replaces what waits */
  'attribution.prefetch': returns<null>()(z.object({ caseIds: z.array(CaseId).max(20), request: AttributionRequest })),
  /** range over all maps of this kind in the project; null: there is none yet */
  'attribution.range': returns<{ readonly min: number; readonly max: number; readonly p99: number; readonly maps: number } | null>()(z.object({ request: AttributionRequest })),

  'evidence.metrics': returns<readonly MetricInfo[]>()(Nothing),
  /** how faithful the maps of some cases are → a job whose result is readonly FaithfulnessReport[], one a measure */
  'evidence.faithfulness': returns<Job>()(FaithfulnessRequest),
  /** what becomes of the maps when the model's weights are made random → a job whose result is a RandomisationReport */
  'evidence.randomisation': returns<Job>()(RandomisationRequest),

  'patterns.subgroups': returns<SubgroupTable>()(SubgroupsRequest),
  /** mean maps of groups and their differences → a job of kind `patterns` whose result is a MapsReport */
  'patterns.maps': returns<Job>()(MapsRequest),
  /** → a job whose result is a ClustersReport */
  'patterns.clusters': returns<Job>()(ClustersRequest),
  /** → a job whose result is a HeadersReport */
  'patterns.headers': returns<Job>()(HeadersRequest),
  /** decodes what was not measured yet → a job whose result is an ExposureReport */
  'patterns.exposure': returns<Job>()(ExposureRequest),
  /** a column's values for the points of a kept ClustersReport, in their order */
  'patterns.values': returns<PointValues>()(ValuesRequest),
  'patterns.similar': returns<SimilarCases>()(SimilarRequest),
  /** reports that the project keeps, newest first; one asked for again with nothing changed comes from there */
  'patterns.kept': returns<readonly KeptReport[]>()(Nothing),
  'patterns.report': returns<SubgroupTable | MapsReport | ClustersReport | HeadersReport | ExposureReport>()(z.object({ id: z.int().min(1) })),
  'causal.operations': returns<readonly OperationInfo[]>()(Nothing),
  /** one change of one case beside its controls; kept in the record */
  'causal.check': returns<CausalCheck>()(CheckRequest),
  /** those kept of a case under the model in use, the newest last */
  'causal.checks': returns<readonly CausalCheck[]>()(z.object({ caseId: CaseId })),
  /** what the model saw, before and after */
  'causal.picture': returns<CheckPicture>()(z.object({ checkId: z.int().min(1) })),
  /** every zone of a case, those not found with an empty outline; a reader's outlines stand in the place of detected ones */
  'causal.zones': returns<readonly Zone[]>()(z.object({ caseId: CaseId })),
  /** null: back to what was detected; an empty outline says that it is not there */
  'causal.correctZone': returns<readonly Zone[]>()(z.object({ caseId: CaseId, zone: AnyZoneName, outline: Outline.nullable() })),
  'causal.templates': returns<readonly ZoneTemplate[]>()(Nothing),
  'causal.saveTemplate': returns<readonly ZoneTemplate[]>()(ZoneTemplate),
  'causal.removeTemplate': returns<readonly ZoneTemplate[]>()(z.object({ name: z.string() })),
  /** suspicion, its terms, zones with attribution and effect, and the checks of a case */
  'causal.evidence': returns<CaseEvidence>()(z.object({ caseId: CaseId })),
  /** how suspect the cases are that were not looked at yet → a job whose result is a SuspectReport; the same call goes on where it stopped */
  'causal.suspect': returns<Job>()(SuspectRequest),
  /** a region of a case in cases of another class → a job whose result is a SpreadReport */
  'causal.spread': returns<Job>()(SpreadRequest),
  /** the planted family, measured → a job whose result is a CalibrationReport */
  'causal.calibrate': returns<Job>()(CalibrateRequest),
  /** a token in the user's own images and a reliance on it → a job whose result is a PlantReport */
  'causal.plant': returns<Job>()(PlantRequest),

  'cases.page': returns<{ readonly rows: readonly CaseRow[]; readonly total: number }>()(Selection.extend({ offset: z.int().min(0).default(0), limit: z.int().min(1).max(1000).default(100) })),
  /** place of a case in the sorted, filtered list; null: not in it */
  'cases.position': returns<number | null>()(Selection.extend({ caseId: CaseId })),
  'cases.get': returns<CaseDetail>()(z.object({ caseId: CaseId })),
  'cases.header': returns<readonly HeaderTag[]>()(z.object({ caseId: CaseId })),
  'cases.image': returns<ImageRecord>()(z.object({ caseId: CaseId, frameIndex: z.int().min(0).default(0) })),
  /** distinct values of a column with their counts, most frequent first, at most 200 */
  'cases.values': returns<readonly { readonly value: string | number | null; readonly count: number }[]>()(z.object({ column: ColumnName, filter: Filter.default(NO_FILTER) })),

  'filters.list': returns<readonly SavedFilter[]>()(Nothing),
  'filters.save': returns<SavedFilter>()(Selection.extend({ name: z.string().trim().min(1).max(100) })),
  'filters.remove': returns<null>()(z.object({ id: z.int() })),

  /** uniform over all cases of the filter, correct ones included; the seed makes it repeatable */
  'samples.draw': returns<Sample>()(z.object({ filter: Filter.default(NO_FILTER), size: z.int().min(1).max(100_000), seed: z.int().min(0).max(0xffffffff).default(1), stratifyBy: ColumnName.nullable().default(null), name: z.string().trim().max(100).default('') })),
  /** these cases, as a selection or a cluster has them, so that the work list can show them */
  'samples.keep': returns<Sample>()(z.object({ caseIds: z.array(CaseId).min(1).max(1_000_000), name: z.string().trim().min(1).max(100) })),
  'samples.list': returns<readonly Sample[]>()(Nothing),
  'samples.remove': returns<null>()(z.object({ id: z.int() })),

  /** on disk when it returns */
  'reviews.flag': returns<CaseDetail>()(z.object({ caseId: CaseId, verdict: Verdict, reasons: z.array(Reason).max(20).default([]), note: z.string().max(10_000).default(''), region: Region.nullable().default(null) })),
  /** the same flag on all of them, as one step that is undone at once; those with a flag keep it unless `overwrite` */
  'reviews.flagAll': returns<{ readonly flagged: number; readonly kept: number }>()(z.object({ caseIds: z.array(CaseId).min(1).max(1_000_000), verdict: Verdict, reasons: z.array(Reason).max(20).default([]), note: z.string().max(10_000).default(''), overwrite: z.boolean().default(false) })),
  'reviews.clear': returns<CaseDetail>()(z.object({ caseId: CaseId })),
  /** what was undone or done again, one of its cases, and how many it had; null: nothing left */
  'reviews.undo': returns<{ readonly caseId: number; readonly cases: number; readonly what: string } | null>()(Nothing),
  'reviews.redo': returns<{ readonly caseId: number; readonly cases: number; readonly what: string } | null>()(Nothing),

  /** how many cases of a filter give an interval of the wished width */
  'plans.size': returns<SampleSize>()(SizeRequest),
  /** draws the cases of a review and keeps the plan; the same plan draws the same cases on every machine that has the same data */
  'plans.make': returns<Plan>()(PlanRequest),
  'plans.list': returns<readonly Plan[]>()(Nothing),
  /** refused where cases were read by it */
  'plans.remove': returns<null>()(z.object({ id: z.int() })),
  'plans.progress': returns<readonly ReaderProgress[]>()(z.object({ planId: z.int() })),
  /** the first case that the reader at work has not judged in this pass; null: all are */
  'plans.next': returns<PlanItem | null>()(z.object({ planId: z.int(), pass: Pass.default('first') })),
  'plans.item': returns<PlanItem>()(ItemRequest),
  /** what the reader sees in the image, before what is hidden is shown; once a pass, on disk when it returns */
  'plans.answer': returns<PlanItem>()(AnswerRequest),
  /** the verdict on the reason; on disk when it returns. Refused before the answer where something is hidden */
  'plans.judge': returns<PlanItem>()(JudgeRequest),
  /** cases on which readers disagree, or of which one said different things in two copies */
  'plans.conflicts': returns<readonly Conflict[]>()(z.object({ planId: z.int() })),
  /** what holds of everything that was said by it, in the plan's order, then by pass and reader; a word in conflict is left out */
  'plans.readings': returns<readonly Reading[]>()(z.object({ planId: z.int() })),
  'results.get': returns<Results>()(ResultsRequest),
  /** takes in what other readers said in their copy of the project; nothing is overwritten, and the file is left as it is → a job whose result is a MergeReport */
  'readings.merge': returns<Job>()(z.object({ file: Path })),
  /** models whose scores the project has */
  'models.list': returns<readonly ProjectModel[]>()(Nothing),
  /** as model.use does, with a model and profile that the project has had in use before */
  'models.use': returns<ProjectInfo>()(z.object({ id: z.int() })),
  /** what became of the flagged cases under another model; the flags are those given while `before` was in use */
  'models.compare': returns<ModelComparison>()(z.object({ before: z.int(), after: z.int(), attribution: AttributionRequest.nullable().default(null) })),
  /** a map of another model of the project, as it was stored while that one was in use; null: there is none */
  'models.attribution': returns<AttributionRecord | null>()(z.object({ modelId: z.int(), caseId: CaseId, request: AttributionRequest })),
  /** oldest first */
  'audit.page': returns<{ readonly entries: readonly AuditEntry[]; readonly total: number }>()(z.object({ offset: z.int().min(0).default(0), limit: z.int().min(1).max(1000).default(100) })),

  'export.count': returns<{ readonly cases: number; readonly flagged: number; readonly maps: number }>()(z.object({ filter: Filter.default(NO_FILTER) })),
  /** what an export would hold, before it is made */
  'export.preview': returns<ExportPreview>()(z.object({ format: z.string(), filter: Filter.default(NO_FILTER), identifiers: Identifiers.default('pseudonym'), attribution: AttributionRequest.nullable().default(null), retain: z.array(z.enum(DEIDENTIFICATION_OPTIONS)).default([]) })),
  /** → a job whose result is {path, files}; `retain`: what copies of DICOM files keep beyond the Basic Profile of PS3.15 */
  'export.start': returns<Job>()(z.object({ format: z.string(), out: Path, filter: Filter.default(NO_FILTER), identifiers: Identifiers.default('pseudonym'), attribution: AttributionRequest.nullable().default(null), overwrite: z.boolean().default(false), retain: z.array(z.enum(DEIDENTIFICATION_OPTIONS)).default([]) })),

  /** the whole log, oldest first, as it is: files, readers and notes are named → a job whose result is {path, files, entries} */
  'export.audit': returns<Job>()(z.object({ format: z.enum(AUDIT_FORMATS), out: Path, overwrite: z.boolean().default(false) })),

  /** what a file of flags holds: this program's JSON, or another tool's table */
  'flags.preview': returns<FlagFilePreview>()(z.object({ file: Path })),
  /** what would come of its import; nothing is changed */
  'flags.match': returns<FlagImportReport>()(z.object({ file: Path, mapping: FlagMapping.nullable().default(null) })),
  /** takes its flags in, each as its reader's. Where that reader said something else here, that stays unless `replace`; then it stays in the log */
  'flags.import': returns<FlagImportReport>()(z.object({ file: Path, mapping: FlagMapping.nullable().default(null), replace: z.boolean().default(false) })),

  /** the results of a plan as one HTML file → a job whose result is {path, files, examples} */
  'report.make': returns<Job>()(ReportRequest),

  'jobs.list': returns<readonly Job[]>()(Nothing),
  'jobs.cancel': returns<null>()(z.object({ id: z.string() })),
} as const

export type Api = typeof api
export type MethodName = keyof Api
/** what a caller passes (defaults may be left out) */
export type Input<K extends MethodName> = z.input<Api[K]['input']>
/** what the service receives */
export type Parsed<K extends MethodName> = z.output<Api[K]['input']>
export type Output<K extends MethodName> = Api[K] extends Method<z.ZodType, infer O> ? O : never

/** What the service tells without being asked. */
export interface Events {
  readonly job: Job
  readonly project: ProjectInfo | null
  /** rows that changed; null: any may have */
  readonly cases: { readonly caseIds: readonly number[] | null }
  readonly compute: ComputeStatus
  readonly providers: readonly ProviderInfo[]
  readonly settings: Settings
}
export type EventName = keyof Events

/** The service as every shell, the command line and the tests see it. */
export interface Client {
  call<K extends MethodName>(method: K, input?: Input<K>, options?: { signal?: AbortSignal }): Promise<Output<K>>
  /** bytes of a `url` of a record */
  bytes(url: string, options?: { signal?: AbortSignal }): Promise<ArrayBuffer>
  on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void
}

/** Input as it came over a wire, checked. Throws a ZodError; the shells turn it into `bad-request`. */
export function parseInput<K extends MethodName>(method: K, input: unknown): Parsed<K> {
  return api[method].input.parse(input ?? {}) as Parsed<K>
}

export function isMethodName(name: unknown): name is MethodName {
  return typeof name === 'string' && Object.hasOwn(api, name)
}
