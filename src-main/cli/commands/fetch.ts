import { Command } from 'commander'
import { ReviewError } from '../../contract/errors.ts'
import type { ImportReport } from '../../contract/records.ts'
import { DicomWebServer, StudyQuery, type RemoteStudy } from '../../contract/remote.ts'
import type { z } from '../../contract/zod.ts'
import { EXIT, UsageError } from '../exit-codes.ts'
import { several } from '../options.ts'
import { openProject, withService } from '../session.ts'
import { tellReport } from './analyze.ts'

interface FetchOptions {
  readonly project?: string
  readonly list: boolean
  readonly study: readonly string[]
  readonly date?: string
  readonly patient?: string
  readonly accession?: string
  readonly modality?: string
  readonly limit: string
  readonly user?: string
  readonly json: boolean
}

/** Environment variables, so that neither stands in the list of processes or in the shell's history. */
const PASSWORD = 'RIGHT_REASON_PASSWORD'
const TOKEN = 'RIGHT_REASON_TOKEN'
const MAX_STUDIES = 1000

/** `right-reason fetch`: studies of a DICOMweb server into a project. */
export function fetchCommand(): Command {
  return new Command('fetch')
    .description('fetch studies of a DICOMweb server beside a project file and import them')
    .argument('<url>', 'root of the DICOMweb service, as http://localhost:8042/dicom-web')
    .option('--project <file>', 'project file; made if it is not there')
    .option('--list', 'only print the studies that match', false)
    .addOption(several('--study <uid>', 'this Study Instance UID; may be repeated. Without it, all that match'))
    .option('--date <range>', 'study date, as 20260101 or 20260101-20260131')
    .option('--patient <id>', 'patient ID')
    .option('--accession <number>', 'accession number')
    .option('--modality <code>', 'modality, as CR')
    .option('--limit <number>', 'at most so many studies', '200')
    .option('--user <name>', `user name; the password is read from ${PASSWORD}. A bearer token is read from ${TOKEN}`)
    .option('--json', 'print the list, or the report, as JSON', false)
    .action(async (url: string, options: FetchOptions) => {
      const server = checked(DicomWebServer, serverOf(url, options))
      const query = checked(StudyQuery, { studyDate: options.date, patientId: options.patient, accession: options.accession, modality: options.modality, limit: Number(options.limit) })
      const { project } = options
      const isNarrowed = options.date ?? options.patient ?? options.accession ?? options.modality
      if (!options.list && project === undefined) throw new UsageError('Give --project FILE for the studies, or --list to see which there are.')
      if (!options.list && options.study.length === 0 && isNarrowed === undefined) throw new UsageError('Say which studies: --study UID, or one of --date, --patient, --accession, --modality.')
      process.exitCode = await withService(async (runner) => {
        const found = options.study.length > 0 ? null : await runner.call('dicomweb.search', { server, query })
        if (options.list) {
          console.log(options.json ? JSON.stringify(found) : (found ?? []).map(line).join('\n'))
          return EXIT.ok
        }
        const studies = found?.map(({ studyInstanceUid }) => studyInstanceUid) ?? options.study
        if (studies.length === 0) throw new ReviewError('server-refused', 'The server has no study that matches.')
        await openProject(runner, project!, { create: true })
        const report = tellReport(runner, (await runner.job('dicomweb.retrieve', { server, studies: studies.slice(0, MAX_STUDIES) })).result as ImportReport)
        console.log(options.json ? JSON.stringify(report) : `${studies.length} studies, ${report.found} files: ${report.added} added, ${report.known} known, ${report.unreadable} unreadable`)
        return report.problems.length > 0 ? EXIT.someFailed : EXIT.ok
      })
    })
}

/** Throws UsageError with the first fault. */
function checked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new UsageError(`${parsed.error.issues[0]!.message}.`)
}

function serverOf(url: string, { user }: FetchOptions): DicomWebServer {
  const { [PASSWORD]: password, [TOKEN]: token } = process.env
  if (user !== undefined) {
    if (password === undefined) throw new UsageError(`--user needs the password in the environment variable ${PASSWORD}.`)
    return { url, access: { kind: 'basic', user, password } }
  }
  return { url, access: token === undefined ? { kind: 'none' } : { kind: 'bearer', token } }
}

function line({ studyInstanceUid, studyDate, patientId, accession, modalities, description, instances }: RemoteStudy): string {
  return [studyInstanceUid, studyDate, patientId, accession, modalities.join('/'), description, instances ?? ''].join('\t')
}
