import { EXPOSURE_STATISTICS } from '../contract/patterns.ts'
import type { ExposureReport, ExposureRequest, ExposureStatistic } from '../contract/patterns.ts'
import { ReviewError, errorRecord } from '../contract/errors.ts'
import type { ErrorRecord } from '../contract/errors.ts'
import type { Filter, Job } from '../contract/records.ts'
import { drawn } from '../patterns/silhouette.ts'
import { pathOfCase } from '../project/case-rows.ts'
import { imageStatisticsOf, storeImageStatistics } from '../project/image-statistics.ts'
import type { MeasuredImage } from '../project/image-statistics.ts'
import { caseNumbers, idsOf } from '../project/pattern-cases.ts'
import type { Project } from '../project/project.ts'
import { projectOf } from './context.ts'
import type { Context } from './context.ts'
import type { JobControl } from './jobs.ts'
import { positiveClass } from './pattern-groups.ts'
import { keptOrMade } from './pattern-run.ts'

/** images that are decoded beside one another, and stored in one transaction */
const AT_A_TIME = 8

/** Simple statistics of the images against label and score, as a job. What was measured stays, so that it goes on where it stopped. */
export function startExposure(context: Context, request: ExposureRequest): Job {
  const project = projectOf(context)
  const positive = positiveClass(context, request.positive)
  return context.jobs.start('patterns', 'Exposure of the images', async (control): Promise<ExposureReport> => {
    const ready: Filter = { ...request.filter, conditions: [...request.filter.conditions, { column: 'status', op: 'is', value: 'ready' }] }
    const all = idsOf(project, ready)
    if (all.length === 0) throw new ReviewError('bad-filter', 'No readable case passes the filter. Widen it.')
    const ids = Int32Array.from(drawn(all.length, request.sample, request.seed), (place) => all[place])
    const failed = await measureMissing(context, project, ids, control)
    const measured = await imageStatisticsOf(project, ids)
    if (measured.size === 0) throw failed[0] ? ReviewError.fromRecord(failed[0]) : new ReviewError('bad-filter', 'No image could be measured.')
    const rows = [...measured.keys()].sort((a, b) => a - b)
    const statistics = Object.fromEntries((Object.keys(EXPOSURE_STATISTICS) as ExposureStatistic[]).map((name) => [name, Float32Array.from(rows, (row) => measured.get(row)![name])])) as Record<ExposureStatistic, Float32Array>
    const cases = await caseNumbers(project, Int32Array.from(rows, (row) => ids[row]), positive.index)
    const { report } = await keptOrMade(context, 'exposure', request, 'exposure', { cases, positive, bins: request.bins, statistics }, (found) => ({
      report: { ...found, failed: failed.length, notes: [
        ...(ids.length < all.length ? [`${ids.length} of ${all.length} images were drawn.`] : []),
        ...(failed.length > 0 ? [`${failed.length} images could not be measured.`] : []),
      ] },
    }), { signal: control.signal, onProgress: control.progress })
    return report as ExposureReport
  }).job
}

async function measureMissing(context: Context, project: Project, ids: Int32Array, { signal, progress, itemFailed }: JobControl): Promise<ErrorRecord[]> {
  const known = await imageStatisticsOf(project, ids)
  const missing = Array.from(ids, (_, row) => row).filter((row) => !known.has(row))
  const failed: ErrorRecord[] = []
  for (let start = 0; start < missing.length; start += AT_A_TIME) {
    progress(start, missing.length, 'Measuring images')
    const found: { caseId: number; image: MeasuredImage }[] = []
    await Promise.all(missing.slice(start, start + AT_A_TIME).map(async (row) => {
      try {
        found.push({ caseId: ids[row], image: await context.decodePool.statistics(pathOfCase(project, ids[row]).path, 0, { signal }) })
      } catch (thrown) {
        if (signal.aborted) throw thrown
        failed.push(errorRecord(thrown, 'pixel-data-damaged'))
        itemFailed()
      }
    }))
    await project.database.whenWritable()
    if (context.project !== project) throw new ReviewError('cancelled', 'The project was closed meanwhile.')
    storeImageStatistics(project, found)
  }
  return failed
}
