import type { DicomWebServer } from '../contract/remote.ts'
import { ReviewError, errorRecord } from '../contract/errors.ts'
import { ask, hostOf } from './dicomweb.ts'
import { boundaryOf, readMultipart } from './multipart.ts'
import { storeInstance } from './store-instance.ts'
import type { SourceReport, StudySource } from './study-source.ts'

/** DICOM files in whatever transfer syntax the server has them (PS3.18 8.7.3.5.2: `*` asks for no transcoding). */
const ACCEPT = 'multipart/related; type="application/dicom"; transfer-syntax=*'
/** after these the next study would fare no better */
const FATAL: ReadonlySet<string> = new Set(['server-unreachable', 'bad-request', 'disk-full', 'file-unwritable'])

/**
 * Studies of a server, retrieved (WADO-RS, PS3.18 10.4) into `root` one after another, each file as it comes in. A study that fails is told,
 * and the rest goes on unless the server is gone or refuses the user: then what came before is still given, and thrown is only where nothing came.
 */
export function dicomwebSource(server: DicomWebServer, studies: readonly string[], root: string): StudySource {
  return {
    root,
    async *files(report) {
      let stored = 0
      for (const [at, study] of studies.entries()) {
        if (report.signal.aborted) return
        report.progress(at, studies.length, `${stored} files from ${hostOf(server)}`)
        try {
          for await (const file of retrieve(server, study, root, report)) {
            report.progress(at, studies.length, `${++stored} files from ${hostOf(server)}`)
            yield file
          }
        } catch (thrown) {
          if (report.signal.aborted) return
          const isFatal = FATAL.has(errorRecord(thrown).code) || isRefusal(thrown)
          if (isFatal && stored === 0) throw thrown
          report.unreadable(`study ${study}`, thrown)
          if (isFatal) return
        }
      }
    },
  }
}

/** what is wrong with one file leaves the others as they are */
const OF_ONE_FILE: ReadonlySet<string> = new Set(['not-dicom', 'dicom-truncated', 'dicom-damaged', 'unsupported-transfer-syntax', 'pixel-data-too-large'])

const isRefusal = (thrown: unknown) => thrown instanceof ReviewError && (thrown.details?.status === 401 || thrown.details?.status === 403)

async function* retrieve(server: DicomWebServer, study: string, root: string, report: SourceReport): AsyncGenerator<string> {
  const { signal } = report
  const answer = await ask(server, `studies/${study}`, ACCEPT, signal)
  if (answer === null) return
  if (/^\s*application\/dicom\s*(;|$)/i.test(answer.type)) {
    yield await storeInstance(root, answer.body, signal)
    return
  }
  const boundary = boundaryOf(answer.type)
  if (boundary === null) {
    await answer.cancel()
    throw new ReviewError('server-answer-damaged', `${hostOf(server)} answered with something else than DICOM files (${answer.type.slice(0, 80)}). Ask its administrator whether WADO-RS is turned on.`)
  }
  for await (const { headers, body } of readMultipart(answer.body, boundary)) {
    const type = headers.get('content-type') ?? 'application/dicom'
    if (!/^application\/dicom\s*(;|$)/i.test(type)) continue
    const stored = await storeInstance(root, body, signal).catch((thrown: unknown) => {
      if (!OF_ONE_FILE.has(errorRecord(thrown).code)) throw thrown
      report.unreadable(`a file of study ${study}`, thrown)
      return null
    })
    if (stored !== null) yield stored
  }
}
