import { basename, resolve } from 'node:path'

import type { Plan } from '../contract/protocol.ts'
import { NO_FILTER } from '../contract/records.ts'
import { pictureHeading } from '../export/picture-heading.ts'
import { pictureCaveat, reviewPicture } from '../export/picture.ts'
import { withoutNames } from '../export/report/nameless.ts'
import type { ReportExample } from '../export/report/facts.ts'
import { patternsSection } from '../export/report/patterns.ts'
import { reportHtml } from '../export/report/report.ts'
import { TextFile } from '../export/text-file.ts'
import { writeWhole } from '../export/write-whole.ts'
import { recordAudit } from '../project/audit.ts'
import { exampleCases } from '../project/example-cases.ts'
import { listModels } from '../project/model-list.ts'
import { modelInUse } from '../project/models.ts'
import type { Project } from '../project/project.ts'
import { results } from '../project/results.ts'
import { projectOf } from './context.ts'
import type { Context } from './context.ts'
import { exportProvenance, exportSource } from './export-source.ts'
import type { HandlersOf } from './handlers.ts'
import type { JobControl } from './jobs.ts'
import { keptPatterns } from './report-patterns.ts'

/** The results of a plan as one HTML file. */
export function reportHandlers(context: Context): HandlersOf<'report'> {
  return {
    'report.make': ({ planId, reader, by, examples, identifiers, out, overwrite }) => {
      const project = projectOf(context)
      const found = results(project, { planId, reader, by })
      const path = resolve(out)
      return context.jobs.start('export', `Report to ${basename(path)}`, async (control) => {
        const written = await writeWhole(path, { isFolder: false, overwrite, signal: control.signal }, async (beside) => {
          const noExamples = examples === 0 ? '' : whyNoExamples(project, found.plan)
          const provenance = exportProvenance(context, project)
          const pictures = examples === 0 || noExamples !== '' ? [] : await examplesOf(context, project, found.plan, examples, control)
          const page = reportHtml({
            results: identifiers === 'deidentified' ? withoutNames(found) : found, classes: classesOf(project, found.plan), provenance, examples: pictures,
            patterns: await patternsSection(keptPatterns(project), identifiers === 'plain'),
            settings: { plain: identifiers === 'plain', noExamples: examples > 0 && noExamples === '' && pictures.length === 0 ? 'No case of the sample has a wrong-reason verdict and a map that could be shown.' : noExamples },
          })
          await TextFile.create(beside, (file) => file.write(page))
          return { files: 1, examples: pictures.length }
        })
        recordAudit(project, context.settings.current.reader, 'report', { plan: found.plan.name, planUid: found.plan.uid, identifiers, examples: written.examples })
        return written
      }).job
    },
  }
}

function whyNoExamples(project: Project, plan: Plan): string {
  const model = modelInUse(project)
  if (model && plan.model?.sha256 === model.sha256 && plan.model.profileSha256 === model.profileSha256) return ''
  return 'There are no example pictures: the model in use is not the one that this plan judges. Use that model, and make the report again.'
}

function classesOf(project: Project, { model }: Plan): readonly string[] {
  return listModels(project).find((one) => one.sha256 === model?.sha256 && one.profileSha256 === model.profileSha256)?.classes ?? []
}

/** Pictures of the first wrong-reason cases that have a map; what cannot be read is left out and counted. */
async function examplesOf(context: Context, project: Project, plan: Plan, most: number, { signal, progress, itemFailed }: JobControl): Promise<ReportExample[]> {
  const ids = exampleCases(project, plan.id, 'wrong-reason', most)
  const source = exportSource(context, project, { ...NO_FILTER, conditions: [{ column: 'id', op: 'in', value: ids }] }, null)
  const classes = source.provenance.model?.classes ?? []
  const found = new Map<number, ReportExample>()
  let done = 0
  for await (const { detail, attributions } of source.cases({ maps: true, signal })) {
    progress(done++, ids.length, 'Drawing examples')
    const map = attributions[0]
    if (!map) continue
    try {
      const heading = pictureHeading(detail, classes)
      found.set(detail.id, { png: reviewPicture(await source.picture(detail.id, { signal }), map, heading), caption: `Case ${detail.id}. ${heading}`, caveat: pictureCaveat(map) })
    } catch {
      signal.throwIfAborted()
      itemFailed()
    }
  }
  return ids.flatMap((id) => found.get(id) ?? [])
}
