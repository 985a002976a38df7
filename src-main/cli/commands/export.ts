import { Command, Option } from 'commander'
import { resolve } from 'node:path'
import { IDENTIFIER_KINDS, type Identifiers } from '../../contract/interchange.ts'
import { DEIDENTIFICATION_OPTIONS, type DeidentificationOption } from '../../contract/records.ts'
import { attributionRequests } from '../attributions.ts'
import { EXIT, UsageError, type ExitCode } from '../exit-codes.ts'
import type { Runner } from '../jobs.ts'
import { chooseClass } from '../model.ts'
import { addAttributionOptions, several } from '../options.ts'
import { openProject, withService } from '../session.ts'
import { parseWhere } from '../where.ts'

interface ExportOptions {
  readonly format: string
  readonly out: string
  readonly where: readonly string[]
  readonly identifiers: Identifiers
  readonly overwrite: boolean
  readonly retain: readonly DeidentificationOption[]
  readonly method: readonly string[]
  readonly layer: readonly string[]
  readonly class: readonly string[]
  readonly parameter: readonly string[]
}

/** `right-reason export`: cases of a project as a file or folder. */
export function exportCommand(): Command {
  const command = new Command('export')
    .description('write cases of a project as tables, arrays, pictures or DICOM objects (docs/export-format.md)')
    .argument('<project>', 'project file')
    .requiredOption('--format <id>', 'csv, parquet, json, npy (a folder of maps), png (a folder of pictures), coco (regions), fiftyone, dicom (de-identified copies), dicom-sr, dicom-ko, dicom-sc or dicom-pmap (folders of DICOM objects)')
    .requiredOption('--out <path>', 'file or folder to write')
    .addOption(several('--where <condition>', 'only cases of which this holds, as verdict=wrong-reason; repeated: all hold'))
    .addOption(new Option('--identifiers <kind>', Object.entries(IDENTIFIER_KINDS).map(([kind, what]) => `${kind}: ${what}`).join('. ')).choices(Object.keys(IDENTIFIER_KINDS)).default('pseudonym'))
    .option('--overwrite', 'replace what is at the path', false)
    .addOption(new Option('--retain <options...>', 'with the dicom formats: options of PS3.15 E.3 by which the copies keep more than the Basic Profile').choices(DEIDENTIFICATION_OPTIONS).default([]))
  return addAttributionOptions(command, []).action(async (project: string, options: ExportOptions) => {
    process.exitCode = await withService((runner) => exportCases(runner, project, options))
  })
}

async function exportCases(runner: Runner, file: string, { format, out, where, identifiers, overwrite, retain, ...maps }: ExportOptions): Promise<ExitCode> {
  const filter = parseWhere(where)
  const { exportFormats, methods } = await runner.call('app.state')
  if (!exportFormats.some(({ id }) => id === format)) throw new UsageError(`There is no format '${format}'. The formats are: ${exportFormats.map(({ id }) => id).join(', ')}.`)
  const { model } = await openProject(runner, file)
  const requests = attributionRequests({ ...maps, class: maps.class.map((text) => chooseClass(text, model?.classes ?? [])) }, methods)
  if (requests.length > 1) throw new UsageError('Export takes one method, layer and class. Without --method all maps of the project are written.')
  if (requests.length === 0 && maps.layer.length > 0) throw new UsageError('--layer needs a --method. Without both all maps of the project are written.')
  const job = await runner.job('export.start', { format, out: resolve(out), filter, identifiers, overwrite, retain: [...retain], attribution: requests[0] ?? null })
  const { path, files } = job.result as { path: string; files: number }
  if (identifiers === 'plain') runner.tell('The export holds patient identifiers as they are in the files.')
  console.log(`${path}: ${files} file${files === 1 ? '' : 's'}`)
  return job.itemErrors > 0 ? EXIT.someFailed : EXIT.ok
}
