import { boxAround } from '../causal/mask.ts'
import type { Outline, Zone, ZoneTemplate } from '../contract/causal.ts'
import { ReviewError } from '../contract/errors.ts'
import type { Profile } from '../contract/profile.ts'
import type { DecodeJobs } from '../compute/decode-jobs.ts'
import { caseDetail, pathOfCase } from '../project/case-rows.ts'
import type { Project } from '../project/project.ts'
import { detectedZones, storeTone, storeZones, zoneCorrections, zonesWithPixels, zoneTemplates } from '../project/zones.ts'
import { DETECTOR } from '../zones/detect.ts'
import type { Context } from './context.ts'

/** A case's zones as a reader sees them: outlines that a reader drew in the place of the detected ones, and the project's templates. */
export function effectiveZones(project: Project, caseId: number, detected: readonly Zone[], image: { readonly rows: number; readonly columns: number }): Zone[] {
  const corrections = zoneCorrections(project, caseId)
  const own = detected.map((zone): Zone => {
    const outline = corrections.get(zone.name)
    return outline ? { ...zone, outline, source: 'corrected', confidence: outline.length > 0 ? 1 : 0, area: areaShare(outline, image) } : zone
  })
  return [...own, ...zoneTemplates(project).map((template): Zone => {
    const outline = corrections.get(`template:${template.name}`) ?? placedTemplate(template, own, image)
    return { name: `template:${template.name}`, label: template.name, cue: template.cue, outline, source: 'template', confidence: 1, area: areaShare(outline, image) }
  })]
}

function placedTemplate({ frame, outline }: ZoneTemplate, zones: readonly Zone[], { rows, columns }: { readonly rows: number; readonly columns: number }): Outline {
  const box = frame === 'body' ? bodyBox(zones, rows, columns) : { x: 0, y: 0, width: columns, height: rows }
  return outline.map((ring) => ring.map(([x, y]): readonly [number, number] => [box.x + x * box.width, box.y + y * box.height]))
}

/** Around the lungs, the mediastinum and what is below, which stand for the body; the image where none is found. */
function bodyBox(zones: readonly Zone[], rows: number, columns: number) {
  const outline = zones.filter(({ cue }) => !cue).flatMap((zone) => zone.outline)
  return outline.length === 0 ? { x: 0, y: 0, width: columns, height: rows } : boxAround(outline)
}

/** Holes count off where rings turn the other way, as detected ones do. */
function areaShare(outline: Outline, { rows, columns }: { readonly rows: number; readonly columns: number }): number {
  const signed = outline.map((ring) => ring.reduce((sum, [x, y], i) => {
    const [px, py] = ring[(i + ring.length - 1) % ring.length]
    return sum + (px * y - x * py) / 2
  }, 0))
  return Math.min(1, Math.abs(signed.reduce((sum, area) => sum + area, 0)) / (rows * columns))
}

export type LookedAt = DecodeJobs['look']['result']

/** Decodes a case for checks; zones that were found in the same pixels before are taken as they are, and what was found is kept. Throws the case's own error where it could not be read, and what decoding throws. */
export async function lookAtCase(context: Context, project: Project, caseId: number, profile: Profile | null, signal?: AbortSignal): Promise<LookedAt> {
  const { path, status, error } = pathOfCase(project, caseId)
  if (status === 'unreadable' && error) throw ReviewError.fromRecord(error)
  const known = zonesWithPixels(project, caseId, DETECTOR)
  const looked = await context.decodePool.look(path, 0, profile, { signal, known })
  await project.database.whenWritable()
  if (context.project !== project) throw new ReviewError('cancelled', 'The project was closed meanwhile.')
  if (known?.pixelSha256 !== looked.pixelSha256) storeZones(project, caseId, looked.zones, looked.pixelSha256, DETECTOR)
  if (looked.tone && project.modelId !== null) storeTone(project, project.modelId, caseId, looked.tone)
  return looked
}

/** From the project where they were found before. */
export async function zonesOfCase(context: Context, project: Project, caseId: number, signal?: AbortSignal): Promise<Zone[]> {
  const { rows, columns } = caseDetail(project, caseId)
  const known = rows === null || columns === null ? null : detectedZones(project, caseId, DETECTOR)
  if (known) return effectiveZones(project, caseId, known, { rows: rows!, columns: columns! })
  const looked = await lookAtCase(context, project, caseId, null, signal)
  return effectiveZones(project, caseId, looked.zones, looked)
}
