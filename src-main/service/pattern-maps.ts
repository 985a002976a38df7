import { ReviewError } from '../contract/errors.ts'
import type { AttributionRequest } from '../contract/records.ts'
import { methodNamed } from '../attribution/methods.ts'
import { shrinkMap } from '../patterns/align.ts'
import type { MapStack, Placement } from '../patterns/align.ts'
import { eachMap } from '../project/pattern-maps.ts'
import type { StoredMap } from '../project/pattern-maps.ts'
import type { Project } from '../project/project.ts'
import { classSql } from '../project/scores.ts'
import { kindOf, mainClass } from './attribution-kind.ts'
import type { Context } from './context.ts'

/** A box in fractions of an image. */
export interface FrameBox { readonly left: number; readonly top: number; readonly width: number; readonly height: number }
const WHOLE: FrameBox = { left: 0, top: 0, width: 1, height: 1 }

/** finer maps are made coarser as they are read: 100,000 maps of 224×224 would be 20 GB, and no common grid is that fine */
const FINEST = 64

export interface LoadedMaps { readonly stack: MapStack; readonly signed: boolean; /** maps whose case has no box */ readonly unframed: number }

/**
 * The maps of one kind of some cases, each with the place of the common frame on it. `frameOf`: the frame of a case in fractions of its image; null: it has none, and its map
 * is left out. Throws `not-ready` where there is no such map.
 */
export async function loadMaps(context: Context, project: Project, ids: Int32Array, request: AttributionRequest, frameOf: (row: number) => FrameBox | null = () => WHOLE): Promise<LoadedMaps> {
  const kind = kindOf(context, request)
  const parts: Float32Array[] = []
  const rows: number[] = []
  const starts: number[] = []
  const placementOf: number[] = []
  const placements = new Map<string, { readonly place: number; readonly placement: Placement }>()
  let length = 0
  let signed = false
  let unframed = 0
  await eachMap(project, ids, kind, classSql(mainClass(request.classIndex)), (map) => {
    const frame = frameOf(map.row)
    if (!frame) {
      unframed++
      return
    }
    const { grid, native, values } = coarser(map)
    const placement = placementIn(map, grid, native, frame)
    const key = JSON.stringify(placement)
    if (!placements.has(key)) placements.set(key, { place: placements.size, placement })
    signed ||= map.signed
    rows.push(map.row)
    starts.push(length)
    placementOf.push(placements.get(key)!.place)
    parts.push(values)
    length += values.length
  })
  if (rows.length === 0) throw new ReviewError('not-ready', unframed > 0
    ? 'In no image of these cases a body was found, so the maps cannot be aligned to it. Compare them on the images as they are.'
    : `None of these cases has a ${methodNamed(kind.method).name} map of this kind. Run the model with maps first.`)
  const values = new Float32Array(length)
  parts.forEach((part, i) => values.set(part, starts[i]))
  const stack: MapStack = { rows: Uint32Array.from(rows), values, starts: Uint32Array.from(starts), placements: [...placements.values()].map(({ placement }) => placement), placementOf: Uint32Array.from(placementOf) }
  return { stack, signed, unframed }
}

function coarser({ grid, values }: StoredMap): { readonly grid: readonly [number, number]; readonly native: readonly [number, number]; readonly values: Float32Array } {
  if (Math.max(...grid) <= FINEST) return { grid, native: grid, values }
  const to = [Math.min(FINEST, grid[0]), Math.min(FINEST, grid[1])] as const
  return { grid: to, native: grid, values: shrinkMap(values, grid, to) }
}

/** Image → input → grid, each side a stretch and a shift. */
function placementIn({ affine, inputWidth, inputHeight, rows, columns }: StoredMap, grid: readonly [number, number], native: readonly [number, number], frame: FrameBox): Placement {
  const across = (x: number) => ((affine.scaleX * x * columns + affine.offsetX) / inputWidth) * grid[1]
  const down = (y: number) => ((affine.scaleY * y * rows + affine.offsetY) / inputHeight) * grid[0]
  return { grid, native, left: across(frame.left), width: across(frame.left + frame.width) - across(frame.left), top: down(frame.top), height: down(frame.top + frame.height) - down(frame.top) }
}
