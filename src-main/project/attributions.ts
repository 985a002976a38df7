import type { InputAffine, ProviderId } from '../contract/records.ts'
import { bytesOf, floatsOf } from './blobs.ts'
import { canonicalJson } from './models.ts'
import type { Project } from './project.ts'
import type { ClassSql } from './scores.ts'

/** Which maps are of one kind: the method, the layer with the default filled in (null: a map on the input) and the parameters. */
export interface AttributionKind {
  readonly method: string
  /** several layers as one text */
  readonly layer: string | null
  /** where there are several */
  readonly layers?: readonly string[]
  /** the class whose logit is taken off */
  readonly minus?: number
  readonly parameters: Readonly<Record<string, number | string>>
}

export interface NewAttribution {
  readonly caseId: number
  readonly kind: AttributionKind
  readonly classIndex: number
  /** the layer as the run reports it */
  readonly layer: string | null
  readonly grid: readonly [number, number]
  readonly signed: boolean
  readonly values: Float32Array
  readonly inputWidth: number
  readonly inputHeight: number
  readonly affine: InputAffine
  readonly diagnostics: Readonly<Record<string, number>>
  readonly pixelSha256: string
  readonly provider: ProviderId
  readonly version: string
  readonly elapsedMs: number
}

export interface StoredAttribution extends Omit<NewAttribution, 'values' | 'kind'>, Pick<AttributionKind, 'layers' | 'minus'> {
  readonly id: number
  readonly method: string
  readonly parameters: Readonly<Record<string, number | string>>
  readonly min: number
  readonly max: number
  /** ISO 8601, UTC */
  readonly computedAt: string
}

export function specText(kind: AttributionKind): string {
  const { method, layer, layers, minus, parameters } = kind
  return canonicalJson({ method, layer, layers, minus, parameters })
}

/** A map of the same kind, class and case is replaced. Returns its row. */
export function storeAttribution(project: Project, modelId: number, map: NewAttribution): number {
  const { database } = project
  let min = Infinity
  let max = -Infinity
  for (const value of map.values) {
    if (value < min) min = value
    if (value > max) max = value
  }
  return database.transaction(() => {
    const { id } = database.get<{ id: number }>(
      `INSERT INTO attributions (case_id, model_id, spec, class_index, method, layer, parameters, grid_height, grid_width, signed, min, max, input_width, input_height, affine, diagnostics, pixel_sha256, provider, version, elapsed_ms, computed_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (case_id, model_id, spec, class_index) DO UPDATE SET layer = excluded.layer, grid_height = excluded.grid_height, grid_width = excluded.grid_width, signed = excluded.signed, min = excluded.min,
         max = excluded.max, input_width = excluded.input_width, input_height = excluded.input_height, affine = excluded.affine, diagnostics = excluded.diagnostics, pixel_sha256 = excluded.pixel_sha256,
         provider = excluded.provider, version = excluded.version, elapsed_ms = excluded.elapsed_ms, computed_at = excluded.computed_at RETURNING id`,
      [map.caseId, modelId, specText(map.kind), map.classIndex, map.kind.method, map.layer, JSON.stringify(map.kind.parameters), map.grid[0], map.grid[1], map.signed ? 1 : 0, min, max,
        map.inputWidth, map.inputHeight, JSON.stringify(map.affine), JSON.stringify(map.diagnostics), map.pixelSha256, map.provider, map.version, map.elapsedMs, new Date().toISOString()])!
    database.run('INSERT OR REPLACE INTO attribution_values (attribution_id, data) VALUES (?, ?)', [id, bytesOf(map.values)])
    return id
  })
}

const STORED_SQL = `
  SELECT id, case_id AS caseId, method, layer, spec, class_index AS classIndex, parameters, grid_height AS gridHeight, grid_width AS gridWidth, signed, min, max,
    input_width AS inputWidth, input_height AS inputHeight, affine, diagnostics, pixel_sha256 AS pixelSha256, provider, version, elapsed_ms AS elapsedMs, computed_at AS computedAt FROM attributions`
type Raw = Omit<StoredAttribution, 'grid' | 'signed' | 'affine' | 'diagnostics' | 'parameters' | 'layers' | 'minus'> & {
  readonly spec: string
  readonly gridHeight: number
  readonly gridWidth: number
  readonly signed: number
  readonly affine: string
  readonly diagnostics: string
  readonly parameters: string
}

function toStored({ gridHeight, gridWidth, spec, ...raw }: Raw): StoredAttribution {
  const { layers, minus } = JSON.parse(spec) as AttributionKind
  return {
    ...raw,
    layers,
    minus,
    grid: [gridHeight, gridWidth],
    signed: raw.signed === 1,
    affine: JSON.parse(raw.affine) as InputAffine,
    diagnostics: JSON.parse(raw.diagnostics) as Record<string, number>,
    parameters: JSON.parse(raw.parameters) as Record<string, number | string>,
  }
}

/** Under the model in use, or another of the project's. */
export function findAttribution(project: Project, caseId: number, kind: AttributionKind, classIndex: number, modelId = project.modelId): StoredAttribution | null {
  const row = project.database.get<Raw>(`${STORED_SQL} WHERE case_id = ? AND model_id = ? AND spec = ? AND class_index = ?`, [caseId, modelId, specText(kind), classIndex])
  return row ? toStored(row) : null
}

/** All maps of a case under the model in use; those of one kind where it is given, of one class where that is. */
export function attributionsOf(project: Project, caseId: number, kind: AttributionKind | null, classIndex: number | null): StoredAttribution[] {
  return project.database.all<Raw>(
    `${STORED_SQL} WHERE case_id = ? AND model_id = ? AND (? IS NULL OR spec = ?) AND (? IS NULL OR class_index = ?) ORDER BY method, layer, class_index`,
    [caseId, project.modelId, kind && specText(kind), kind && specText(kind), classIndex, classIndex]).map(toStored)
}

/** What a map was made of and by what, in a word: the same map computed once more keeps it, one of other pixels does not. null where there is no such map. */
export function attributionContent(project: Project, id: number): string | null {
  const row = project.database.get<MapOrigin>('SELECT pixel_sha256 AS pixelSha256, provider, version FROM attributions WHERE id = ?', [id])
  return row ? contentOf(row) : null
}

type MapOrigin = Pick<StoredAttribution, 'pixelSha256' | 'provider' | 'version'>

export function contentOf({ pixelSha256, provider, version }: MapOrigin): string {
  return `${pixelSha256} ${provider} ${version}`
}

/** Row-major, un-normalised; null where there is no such map. */
export function attributionValues(project: Project, id: number): Float32Array | null {
  const row = project.database.get<{ data: Uint8Array }>('SELECT data FROM attribution_values WHERE attribution_id = ?', [id])
  return row ? floatsOf(row.data) : null
}

/** least and greatest value over all maps of a kind, and how many maps there are */
export interface MapRange { readonly min: number; readonly max: number; readonly p99: number; readonly maps: number }

/** resolution of the 99th percentile: the range in so many bins */
const BINS = 8192
/** above so many values only every n-th map is counted for the percentile */
const VALUES_COUNTED = 2e7
const MAPS_A_STEP = 500

/** Over all maps of a kind under the model in use; the class may differ from case to case (predicted, label). Waits between steps of 500 maps. */
export async function attributionRange(project: Project, kind: AttributionKind, of: ClassSql): Promise<MapRange | null> {
  const { database, modelId } = project
  const from = `FROM attributions a JOIN cases c ON c.id = a.case_id LEFT JOIN scores s ON s.model_id = a.model_id AND s.case_id = a.case_id
    WHERE a.model_id = ? AND a.spec = ? AND a.class_index = ${of.sql}`
  const parameters = [modelId, specText(kind), ...of.parameters]
  const whole = database.get<{ min: number; max: number; maps: number; cells: number }>(
    `SELECT min(a.min) AS min, max(a.max) AS max, count(*) AS maps, sum(a.grid_height * a.grid_width) AS cells ${from}`, parameters)!
  if (whole.maps === 0) return null
  const step = Math.ceil(whole.cells / VALUES_COUNTED)
  const ids = (JSON.parse(database.get<{ ids: string }>(`SELECT json_group_array(a.id) AS ids ${from}`, parameters)!.ids) as number[]).filter((_, index) => index % step === 0)

  const histogram = new Float64Array(BINS)
  const scale = whole.max > whole.min ? BINS / (whole.max - whole.min) : 0
  let counted = 0
  for (let start = 0; start < ids.length; start += MAPS_A_STEP) {
    for (const { data } of database.all<{ data: Uint8Array }>('SELECT data FROM attribution_values WHERE attribution_id IN (SELECT value FROM json_each(?))', [JSON.stringify(ids.slice(start, start + MAPS_A_STEP))])) {
      for (const value of floatsOf(data)) histogram[Math.min(BINS - 1, Math.floor((value - whole.min) * scale))]! += 1
      counted += data.byteLength / 4
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  let below = 0
  let bin = 0
  while (bin < BINS && below + histogram[bin]! < 0.99 * counted) below += histogram[bin++]!
  return { min: whole.min, max: whole.max, p99: scale === 0 ? whole.max : Math.min(whole.max, whole.min + (bin + 1) / scale), maps: whole.maps }
}
