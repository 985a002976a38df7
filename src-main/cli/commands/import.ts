import { Command } from 'commander'
import { EXIT } from '../exit-codes.ts'
import { applyLabels, type LabelOptions } from '../labels.ts'
import { addLabelOptions } from '../options.ts'
import { openProject, withService } from '../session.ts'
import { importStudies } from './analyze.ts'

/** `right-reason import`: cases and labels without a model. */
export function importCommand(): Command {
  const command = new Command('import')
    .description('add a folder of studies, and labels, to a project file')
    .argument('<folder>', 'DICOM files, looked for in all folders below; or a zip file, or a DICOMDIR')
    .requiredOption('--project <file>', 'project file; made if it is not there')
    .option('--images', 'take PNG and JPEG images too, marked as such', false)
    .option('--json', 'print the report as JSON', false)
  return addLabelOptions(command).action(async (folder: string, options: LabelOptions & { project: string; images: boolean; json: boolean }) => {
    process.exitCode = await withService(async (runner) => {
      const project = await openProject(runner, options.project, { create: true })
      const report = await importStudies(runner, folder, options.images)
      const labels = !options.labels ? null : await applyLabels(runner, { ...options, labels: options.labels }, project.model?.classes ?? [])
      console.log(options.json ? JSON.stringify(report) : `${report.found} files: ${report.added} added, ${report.known} known, ${report.unreadable} unreadable, ${report.notDicomCount} not DICOM`)
      return report.unreadable > 0 || labels?.matchedCases === 0 ? EXIT.someFailed : EXIT.ok
    })
  })
}
