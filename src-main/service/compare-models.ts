import { coverage, massAccuracy } from '../evidence/localisation.ts'
import { spearman } from '../evidence/similarity.ts'
import { ReviewError } from '../contract/errors.ts'
import type { FlagFate, MapChange, ModelComparison, ProjectModel, Suspected, SuspicionChange } from '../contract/protocol.ts'
import type { AttributionRecord, AttributionRequest, ModelInUse, Region } from '../contract/records.ts'
import { attributionValues, findAttribution } from '../project/attributions.ts'
import type { AttributionKind, StoredAttribution } from '../project/attributions.ts'
import { caseDetail, pathOfCase } from '../project/case-rows.ts'
import { countFates, fateOf, followFlags } from '../project/flag-fates.ts'
import { modelWithId } from '../project/model-list.ts'
import { modelRow } from '../project/models.ts'
import type { Project } from '../project/project.ts'
import { classesOf } from '../project/scores.ts'
import { suspicionsUnder } from '../project/suspicions.ts'
import { applyAffine } from '../tensor/affine.ts'
import { attributionRecord, kindFor, mainClass, targetName } from './attribution-kind.ts'
import { projectOf } from './context.ts'
import type { Context } from './context.ts'

/** points along each side of the image at which two maps are compared: their grids and inputs may differ */
const POINTS = 32
const CASES_A_STEP = 25

/** Throws `no-such-model`, and `profile-mismatch` where the two do not tell the same classes apart. */
export async function compareModels(context: Context, { before: beforeId, after: afterId, attribution }: { readonly before: number; readonly after: number; readonly attribution: AttributionRequest | null }): Promise<ModelComparison> {
  const project = projectOf(context)
  const [before, after] = [modelWithId(project, beforeId), modelWithId(project, afterId)]
  if (JSON.stringify(before.classes) !== JSON.stringify(after.classes)) {
    throw new ReviewError('profile-mismatch', `The two models do not tell the same classes apart (${before.classes.join(', ')}; ${after.classes.join(', ')}), so what became of a flag cannot be told. Choose two models of the same classes, or give their profiles the same names.`)
  }
  const kinds = attribution && [before, after].map(({ id }) => kindOrNull(modelRow(project, id)!, attribution))
  const suspicions = [before, after].map(({ id }) => suspicionsUnder(project, id))
  const rows: FlagFate[] = []
  for (const [index, followed] of followFlags(project, before, after).entries()) {
    if (index % CASES_A_STEP === 0) await new Promise((resolve) => setImmediate(resolve))
    const map = kinds?.[0] && kinds[1] ? mapChange(project, followed, [before, after], [kinds[0], kinds[1]]) : null
    rows.push({ ...followed, map, suspicion: suspicionChange(followed.caseId, suspicions), fate: fateOf(followed) })
  }
  return { before: shown(before), after: shown(after), counts: countFates(rows.map(({ fate }) => fate)), rows, notes: notesOf(rows, attribution !== null) }
}

/** The map of a case that another model of the project gave while it was in use; null: it is not stored. Throws `no-such-model`, `no-such-case`. */
export function storedAttribution(context: Context, modelId: number, caseId: number, request: AttributionRequest): AttributionRecord | null {
  const project = projectOf(context)
  const { classes } = modelWithId(project, modelId)
  pathOfCase(project, caseId)
  const kind = kindOrNull(modelRow(project, modelId)!, request)
  const choice = mainClass(request.classIndex)
  const classIndex = typeof choice === 'number' ? choice : classesOf(project, caseId, modelId)[choice]
  const stored = kind === null || classIndex === null ? null : findAttribution(project, caseId, kind, classIndex, modelId)
  return stored && { ...attributionRecord(context, stored), className: targetName(classes, stored.classIndex, stored.minus) }
}

function suspicionChange(caseId: number, suspicions: readonly ReadonlyMap<number, Suspected>[]): SuspicionChange | null {
  const [before, after] = suspicions.map((ofModel) => ofModel.get(caseId))
  return before && after ? { before, after } : null
}

function shown({ profile: _, ...model }: ProjectModel & { readonly profile?: unknown }): ProjectModel {
  return model
}

/** The layer of one model need not be one of the other: then each one's default is taken. */
function kindOrNull(model: Omit<ModelInUse, 'missing'>, request: AttributionRequest): AttributionKind | null {
  const has = request.layer === null || model.layers.some(({ name }) => name === request.layer)
  try {
    return kindFor(model, has ? request : { ...request, layer: null })
  } catch (thrown) {
    if (thrown instanceof ReviewError && ['no-target-layer', 'no-such-layer'].includes(thrown.code)) return null
    throw thrown
  }
}

/** Of the class that the model before predicted, so that both maps are of one question. Null: one of the two maps is not in the project. */
function mapChange(project: Project, { caseId, before }: Pick<FlagFate, 'caseId' | 'before'>, models: readonly ProjectModel[], kinds: readonly [AttributionKind, AttributionKind]): MapChange | null {
  if (before.predictedClass === null) return null
  const maps = models.map(({ id }, i) => findAttribution(project, caseId, kinds[i], before.predictedClass!, id))
  const { rows, columns } = caseDetail(project, caseId)
  if (!maps[0] || !maps[1] || rows === null || columns === null) return null
  const [a, b] = maps.map((map) => ({ map: map!, values: attributionValues(project, map!.id)! }))
  const { region } = before.flag
  return {
    spearman: spearman(sampled(a.map, a.values, columns, rows), sampled(b.map, b.values, columns, rows)),
    inRegionBefore: region && inRegion(a.map, a.values, region), inRegionAfter: region && inRegion(b.map, b.values, region),
  }
}

/** A map's cells at evenly spaced points of the image; outside the model's input 0, as nothing there was seen. */
function sampled({ affine, grid: [height, width], inputWidth, inputHeight }: StoredAttribution, values: Float32Array, columns: number, rows: number): Float64Array {
  return Float64Array.from({ length: POINTS * POINTS }, (_, i) => {
    const [x, y] = applyAffine(affine, ((i % POINTS) + 0.5) * columns / POINTS, (Math.floor(i / POINTS) + 0.5) * rows / POINTS)
    if (x < 0 || y < 0 || x >= inputWidth || y >= inputHeight) return 0
    return values[Math.floor(y * height / inputHeight) * width + Math.floor(x * width / inputWidth)]
  })
}

function inRegion({ affine, grid, inputWidth, inputHeight }: StoredAttribution, values: Float32Array, region: Region): number | null {
  const [x, y] = applyAffine(affine, region.x, region.y)
  const box = { x, y, width: affine.scaleX * region.width, height: affine.scaleY * region.height }
  const share = massAccuracy(values, coverage(grid, { rows: inputHeight, columns: inputWidth }, box))
  return Number.isFinite(share) ? share : null
}

function notesOf(rows: readonly FlagFate[], withMaps: boolean): string[] {
  const [open, mapped] = [rows.filter(({ fate }) => fate === 'to-look-at').length, rows.filter(({ map }) => map !== null).length]
  return [
    ...(rows.length === 0 ? ['No case was flagged while the first of the two models was in use.'] : []),
    ...(open > 0 ? [`${open} ${open === 1 ? 'case is' : 'cases are'} predicted as the label says by the new model, and nobody has judged the reason yet. A map that has moved away from a flagged region is a hint, no proof: look, or check by erasing the region.`] : []),
    ...(withMaps && mapped < rows.length ? [`${rows.length - mapped} of ${rows.length} cases lack a map by one of the two models of the class that the first one predicted. Run the maps with each model in use; where the prediction has changed, look at the case with the model in use, and that map is made.`] : []),
  ]
}
