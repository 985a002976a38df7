import type { MapsReport, MapsRequest } from '../contract/patterns.ts'
import { ReviewError } from '../contract/errors.ts'
import type { AttributionRequest, Job } from '../contract/records.ts'
import type { MapStack } from '../patterns/align.ts'
import type { MapsOutput } from '../patterns/maps.ts'
import { caseNumbers, columnOfCases, filesOf } from '../project/pattern-cases.ts'
import type { Project } from '../project/project.ts'
import { className, kindOf, mainClass } from './attribution-kind.ts'
import { projectOf } from './context.ts'
import type { Context } from './context.ts'
import { groupsOf } from './pattern-groups.ts'
import { loadMaps } from './pattern-maps.ts'
import { keptOrMade } from './pattern-run.ts'
import { loadZones } from './pattern-zones.ts'

const FRAME_NOTES = {
  image: 'The image as it is: cells are fractions of each image, wherever the body lies in it.',
  body: 'Aligned to the box around the body: cells are fractions of that box.',
} as const

/** Mean maps of groups and their differences, as a job. */
export function startMaps(context: Context, request: MapsRequest): Job {
  const project = projectOf(context)
  kindOf(context, request.attribution)
  return context.jobs.start('patterns', 'Comparing maps of groups', async ({ signal, progress }): Promise<MapsReport> => {
    progress(0, null, 'Reading maps')
    const { ids, all, groups, leftOut } = await groupsOf(project, request.filter, request.by)
    const { patients } = await caseNumbers(project, ids, 0)
    const zones = await loadZones(project, ids)
    if (request.frame === 'body' && !zones.bodies) throw new ReviewError('not-ready', 'The body was not looked for in these images yet, so the maps cannot be aligned to it. Find the zones first, or compare the maps on the images as they are.')
    const { stack, signed, unframed } = await loadMaps(context, project, ids, request.attribution, request.frame === 'body' ? zones.frameOf : undefined)
    const views = (await columnOfCases(project, ids, 'view')).values.map((view) => String(view ?? ''))
    const { report } = await keptOrMade(context, 'maps', request, 'maps', {
      request, ids, patients, all, groups, maps: stack, signed,
      positions: { views, aspects: await aspectsOf(project, ids), bodies: zones.bodies },
      zones: await zones.sharesOf(request.frame === 'body' ? await onWholeImages(context, project, ids, stack, request.attribution) : stack),
    }, (output) => ({ report: withWords(context, project, request, output, { withoutMap: ids.length - stack.rows.length, unframed, leftOut }) }), { signal, onProgress: progress })
    return report as MapsReport
  }).job
}

/** The same maps, placed on their images as they are: zones lie there. */
async function onWholeImages(context: Context, project: Project, ids: Int32Array, stack: MapStack, attribution: AttributionRequest): Promise<MapStack> {
  const whole = await loadMaps(context, project, Int32Array.from(stack.rows, (row) => ids[row]), attribution)
  return { ...whole.stack, rows: stack.rows }
}

async function aspectsOf(project: Project, ids: Int32Array): Promise<Float32Array> {
  const [rows, columns] = [await columnOfCases(project, ids, 'rows'), await columnOfCases(project, ids, 'columns')]
  return Float32Array.from(rows.values, (row, i) => typeof row === 'number' && row > 0 ? Number(columns.values[i]) / row : NaN)
}

interface Left { readonly withoutMap: number; readonly unframed: number; readonly leftOut: number }

function withWords(context: Context, project: Project, request: MapsRequest, output: MapsOutput, { withoutMap, unframed, leftOut }: Left): MapsReport {
  const files = filesOf(project, output.differences.flatMap(({ clusters }) => clusters.flatMap(({ cases }) => [...cases.a, ...cases.b].map(({ caseId }) => caseId))))
  const named = <T extends { readonly caseId: number }>(cases: readonly T[]) => cases.map((one) => ({ ...one, file: files.get(one.caseId) ?? '' }))
  const pairs = output.differences.length
  const choice = mainClass(request.attribution.classIndex)
  return {
    ...output,
    attribution: request.attribution,
    className: classWords(context, request.attribution),
    frameNote: FRAME_NOTES[request.frame],
    differences: output.differences.map((difference) => ({ ...difference, clusters: difference.clusters.map((cluster) => ({ ...cluster, cases: { a: named(cluster.cases.a), b: named(cluster.cases.b) } })) })),
    withoutMap,
    notes: [
      ...(withoutMap > 0 ? [`${withoutMap} cases of the filter have no such map.`] : []),
      ...(unframed > 0 ? [`In ${unframed} of them no body was found.`] : []),
      ...(leftOut > 0 ? [`${leftOut} smaller groups are left out.`] : []),
      ...(pairs === 0 ? [`Fewer than two groups have the minimum of ${request.minimum} ${request.unit === 'patient' ? 'patients' : 'cases'} with a map, so nothing is compared.`] : []),
      ...(pairs / (1 + request.permutations) > request.level ? [`With ${pairs} pairs ${request.permutations} permutations cannot reach the level of ${request.level}. Ask for at least ${Math.ceil(pairs / request.level)}.`] : []),
      ...(typeof choice === 'string' ? [`The maps are of the ${choice === 'predicted' ? 'predicted class' : "label's class"}, which differs from case to case: groups with other shares of the classes differ by that alone. Choose one class to compare groups.`] : []),
    ],
  }
}

export function classWords(context: Context, { classIndex }: AttributionRequest): string {
  const choice = mainClass(classIndex)
  if (choice === 'predicted') return 'predicted class'
  if (choice === 'label') return "label's class"
  return className(context, choice, typeof classIndex === 'object' ? classIndex.minus : undefined)
}
