import { ReviewError } from '../contract/errors.ts'
import type { Frame } from '../dicom/frame.ts'
import { caseDetail, caseRows, pathOfCase } from '../project/case-rows.ts'
import type { Project } from '../project/project.ts'
import { distinctValues, orderedIds, positionOf } from '../project/worklist.ts'
import { addressOf } from './addresses.ts'
import { projectOf } from './context.ts'
import type { Context } from './context.ts'
import type { HandlersOf } from './handlers.ts'
import { imageRecord } from './image-record.ts'

export function caseHandlers(context: Context): HandlersOf<'cases'> {
  return {
    'cases.page': ({ filter, sort, offset, limit }) => {
      const project = projectOf(context)
      const ids = orderedIds(project, filter, sort)
      return { rows: caseRows(project, ids.subarray(offset, offset + limit)), total: ids.length }
    },
    'cases.position': ({ filter, sort, caseId }) => positionOf(projectOf(context), filter, sort, caseId),
    'cases.get': ({ caseId }) => caseDetail(projectOf(context), caseId),
    'cases.header': async ({ caseId }, { signal }) => {
      const { path } = pathOfCase(projectOf(context), caseId)
      const { tags } = await context.decodePool.header(path, { signal })
      return tags.map(({ tag, name, vr, value, depth }) => ({ tag, name: `${'› '.repeat(depth)}${name}`, vr, value }))
    },
    'cases.image': async ({ caseId, frameIndex }) => {
      const project = projectOf(context)
      const url = addressOf(project, `bytes/image/${caseId}/${frameIndex}`, imageContent(project, caseId))
      return imageRecord(caseId, await loadImage(context, caseId, frameIndex), url)
    },
    'cases.values': ({ column, filter }) => distinctValues(projectOf(context), column, filter),
  }
}

/** Which file a case stands for, as it was when it was imported. */
export function imageContent(project: Project, caseId: number): string {
  const { path, modifiedMs } = pathOfCase(project, caseId)
  return `${path} ${modifiedMs}`
}

/** The decoded frame, from memory where it was decoded before. Throws the case's own error where it could not be read. */
export async function loadImage(context: Context, caseId: number, frameIndex: number): Promise<Frame> {
  const { path, modifiedMs, frames, status, error } = pathOfCase(projectOf(context), caseId)
  if (status === 'unreadable' && error) throw ReviewError.fromRecord(error)
  if (frameIndex >= frames) throw new ReviewError('no-such-frame', `The file has ${frames} frames, counted from 0; there is no frame ${frameIndex}.`, { details: { caseId, frameIndex } })
  return context.images.get(`${path}\0${modifiedMs}\0${frameIndex}`, () => context.decodePool.show(path, frameIndex))
}
