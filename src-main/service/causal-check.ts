import { effectWords } from '../causal/verdict.ts'
import { operationOf } from '../causal/operations/table.ts'
import { outlineOf } from '../causal/mask.ts'
import { aroundOf } from '../causal/suspect.ts'
import { completeParameters } from '../attribution/methods.ts'
import type { ProbeRequest, ProbeResult } from '../compute/causal.ts'
import { ZONES, type CausalCheck, type CheckPicture, type CheckRequest, type Outline, type Zone } from '../contract/causal.ts'
import { ReviewError } from '../contract/errors.ts'
import type { InputRecord } from '../contract/records.ts'
import { recordAudit } from '../project/audit.ts'
import { checkOf, storeCheck } from '../project/causal-checks.ts'
import type { Project } from '../project/project.ts'
import { projectOf } from './context.ts'
import type { Context } from './context.ts'
import { inputRecord } from './input-record.ts'
import { className } from './attribution-kind.ts'
import { ensureModel, modelOf } from './model-session.ts'
import { referenceTone } from './reference-tone.ts'
import { effectiveZones, lookAtCase, type LookedAt } from './zones-of-case.ts'

type Wanted = Pick<CheckRequest, 'caseId' | 'operation' | 'region' | 'zone' | 'parameters' | 'donorCaseId' | 'controls' | 'seed'>

/** One check, kept in the record. Throws `no-such-case`, `bad-parameter`, what the image and the run are refused with, and `cancelled`. */
export async function makeCheck(context: Context, request: CheckRequest, signal: AbortSignal): Promise<CausalCheck> {
  const project = projectOf(context)
  const { looked, result } = await run(context, project, request, false, signal)
  const outcome = requireOutcome(result)
  const { classIndex, before } = result
  const reader = context.settings.current.reader || 'unnamed'
  const { caseId, operation, region, zone, donorCaseId, seed } = request
  await project.database.whenWritable()
  const check = storeCheck(project, {
    caseId, operation, parameters: completeParameters(operationOf(operation), request.parameters), region, zone, donorCaseId, seed,
    classIndex, className: className(context, classIndex), before, after: outcome.after, ...outcome.effect,
    words: effectWords(outcome.effect, whatWords(operationOf(operation).name, region, zone)), reader, time: new Date().toISOString(),
  }, { pixelSha256: looked.pixelSha256, version: context.platform.version })
  recordAudit(project, reader, 'check', { caseId, operation, verdict: check.verdict })
  return check
}

/** What the model saw in a check of the record, made once more. Throws `bad-request` where there is no such check. */
export async function pictureOfCheck(context: Context, checkId: number, signal: AbortSignal): Promise<CheckPicture> {
  const project = projectOf(context)
  const check = checkOf(project, checkId)
  if (!check) throw new ReviewError('bad-request', `There is no check ${checkId} under the model in use. Reload the case.`, { details: { checkId } })
  const { looked, result } = await run(context, project, { ...check, controls: 0 }, true, signal)
  const of = (data: Float32Array): InputRecord => inputRecord(context, check.caseId, { ...looked.input!, data }, modelOf(context).profile)
  return { before: of(looked.input!.data), after: of(requireOutcome(result).seen!) }
}

async function run(context: Context, project: Project, { caseId, operation: id, region, zone, parameters, donorCaseId, controls, seed }: Wanted, withSeen: boolean, signal: AbortSignal): Promise<{ looked: LookedAt; result: ProbeResult }> {
  const operation = operationOf(id)
  const { profile } = modelOf(context)
  completeParameters(operation, parameters)
  if (operation.needsRegion && region === null && zone === null) throw new ReviewError('bad-parameter', `${operation.name} needs a region: draw one, or choose a zone.`)
  if (operation.needsDonor && donorCaseId === null) throw new ReviewError('bad-parameter', `${operation.name} needs the other case: say which.`)
  await ensureModel(context)
  const looked = await lookAtCase(context, project, caseId, profile, signal)
  const zones = effectiveZones(project, caseId, looked.zones, looked)
  const outline = operation.needsRegion ? outlineIn(looked, zones, region, zone) : null
  const donor = operation.needsDonor ? (await lookAtCase(context, project, donorCaseId!, profile, signal)).input!.data : null
  const request: ProbeRequest = {
    input: looked.input!.data, image: looked, affine: looked.input!.affine, around: aroundOf(zones), donor, withSeen,
    reference: id === 'exposure' ? await referenceTone(context, project, signal) : null,
    probes: [{ operation: id, parameters, outline, controls, from: -Infinity, seed }],
  }
  return { looked, result: await context.compute.probeImage(request, { signal }) }
}

function outlineIn({ rows, columns }: LookedAt, zones: readonly Zone[], region: CheckRequest['region'], zone: string | null): Outline {
  if (region !== null) {
    if (region.x >= columns || region.y >= rows || region.x + region.width <= 0 || region.y + region.height <= 0)
      throw new ReviewError('bad-parameter', `The region lies outside of the image, which has ${columns} columns and ${rows} rows. Draw it within the image.`, { details: { columns, rows } })
    return outlineOf(region)
  }
  const found = zones.find(({ name }) => name === zone)
  if (!found) throw new ReviewError('bad-parameter', `There is no zone '${zone}'. There are: ${zones.map(({ name }) => name).join(', ')}.`)
  if (found.outline.length === 0) throw new ReviewError('bad-parameter', `The zone '${found.label}' was not found in this image. Draw it, or choose another.`)
  return found.outline
}

function requireOutcome({ outcomes: [outcome] }: ProbeResult) {
  if (outcome) return outcome
  throw new ReviewError('bad-parameter', 'The region lies outside of the part of the image that the model is given. Draw it within that part: the input picture shows it.')
}

function whatWords(operation: string, region: CheckRequest['region'], zone: string | null): string {
  if (region !== null) return `${operation.toLowerCase()} of the region`
  return zone === null ? operation.toLowerCase() : `${operation.toLowerCase()} of ${(ZONES[zone as keyof typeof ZONES]?.label ?? zone.replace(/^template:/, '')).toLowerCase()}`
}
