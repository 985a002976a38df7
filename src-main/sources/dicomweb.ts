import type { DicomWebServer, RemoteStudy, StudyQuery } from '../contract/remote.ts'
import { Uid } from '../contract/remote.ts'
import { ReviewError } from '../contract/errors.ts'
import { refusedBy, unreachable } from './server-errors.ts'

const MAX_LIST_BYTES = 32 * 2 ** 20
/** an answer that stands still for so long has ended */
const IDLE_MS = 60_000

/** An answer as it comes in, watched: it ends with `server-unreachable` where nothing comes for a minute. */
export interface Answer {
  readonly type: string
  readonly body: AsyncIterable<Uint8Array>
  /** where the body is not wanted */
  cancel(): Promise<void>
}

/**
 * The studies of a server that match (QIDO-RS, PS3.18 10.6), at most `limit`.
 * Throws `server-unreachable`, `server-refused`, `server-answer-damaged`, `bad-request`, `cancelled`.
 */
export async function searchStudies(server: DicomWebServer, query: StudyQuery, signal: AbortSignal): Promise<RemoteStudy[]> {
  const asked = { StudyDate: query.studyDate, PatientID: query.patientId, AccessionNumber: query.accession, ModalitiesInStudy: query.modality }
  const parameters = new URLSearchParams([...Object.entries(asked).filter(([, value]) => value !== ''), ['includefield', '00081030'], ['limit', String(query.limit)]])
  const answer = await ask(server, `studies?${parameters}`, 'application/dicom+json', signal)
  if (answer === null) return []
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of answer.body) {
    bytes += chunk.length
    if (bytes > MAX_LIST_BYTES) throw new ReviewError('server-answer-damaged', 'The server\'s list of studies is too long. Ask for fewer: a shorter range of dates, one patient.')
    chunks.push(chunk)
  }
  try {
    const list = JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown
    if (!Array.isArray(list)) throw new TypeError('no list')
    return list.map((entry) => study(entry as DicomJson)).filter((found) => Uid.safeParse(found.studyInstanceUid).success).slice(0, query.limit)
  } catch (cause) {
    throw new ReviewError('server-answer-damaged', `What ${hostOf(server)} answered is no list of studies. The address may not be the root of its DICOMweb service.`, { cause })
  }
}

/** One GET below the service root; null: 204, nothing matches. */
export async function ask(server: DicomWebServer, below: string, accept: string, signal: AbortSignal): Promise<Answer | null> {
  const root = rootOf(server)
  const idle = new AbortController()
  const timer = setTimeout(() => idle.abort(), IDLE_MS).unref()
  const failed = (thrown: unknown): ReviewError => {
    if (signal.aborted) return new ReviewError('cancelled', 'Cancelled.', { cause: thrown })
    return idle.signal.aborted ? new ReviewError('server-unreachable', `${root.host} has sent nothing for ${IDLE_MS / 1000} s. Try again later.`) : unreachable(thrown, root.host)
  }
  let response: Response
  try {
    response = await fetch(new URL(below, root), { headers: { Accept: accept, ...authorization(server) }, redirect: 'manual', signal: AbortSignal.any([signal, idle.signal]) })
  } catch (thrown) {
    clearTimeout(timer)
    throw failed(thrown)
  }
  if (response.status === 204) {
    clearTimeout(timer)
    return null
  }
  if (response.status !== 200 && response.status !== 206) {
    clearTimeout(timer)
    await response.body?.cancel().catch(() => undefined)
    if (response.status >= 300 && response.status < 400) throw new ReviewError('server-refused', `${root.host} sends on to another address, which is not followed. Type the address that it is meant for.`)
    throw refusedBy(root.host, response.status)
  }
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of response.body ?? []) {
        timer.refresh()
        yield chunk
      }
    } catch (thrown) {
      throw failed(thrown)
    } finally {
      clearTimeout(timer)
    }
  }
  const cancel = async () => {
    clearTimeout(timer)
    await response.body?.cancel().catch(() => undefined)
  }
  return { type: response.headers.get('content-type') ?? '', body: watched(), cancel }
}

export const hostOf = (server: DicomWebServer): string => rootOf(server).host

/** Throws `bad-request`; the message does not repeat the address, which may carry a password. */
function rootOf(server: DicomWebServer): URL {
  const root = URL.parse(`${server.url.replace(/[?#].*$/, '').replace(/\/+$/, '')}/`)
  if (root === null || root.host === '') throw new ReviewError('bad-request', 'The address of the server is not valid. It looks like https://pacs.example/dicom-web.')
  if (root.username !== '' || root.password !== '') throw new ReviewError('bad-request', 'The address carries a user name or password. Give them in their own fields: they are kept in memory alone.')
  return root
}

function authorization({ access }: DicomWebServer): Record<string, string> {
  if (access.kind === 'none') return {}
  if (access.kind === 'basic') return { Authorization: `Basic ${Buffer.from(`${access.user}:${access.password}`, 'utf8').toString('base64')}` }
  if (/[^\x21-\x7e]/.test(access.token)) throw new ReviewError('bad-request', 'The token has letters that a token cannot have. Copy it again, without line breaks.')
  return { Authorization: `Bearer ${access.token}` }
}

/** PS3.18 F.2: tag → VR and values. */
type DicomJson = Readonly<Record<string, { readonly Value?: readonly unknown[] } | undefined>>

function study(entry: DicomJson): RemoteStudy {
  const values = (tag: string) => (entry[tag]?.Value ?? []).filter((value) => typeof value === 'string' || typeof value === 'number').map(String)
  const text = (tag: string) => (values(tag)[0] ?? '').slice(0, 300)
  const instances = values('00201208')[0]
  return {
    studyInstanceUid: text('0020000D'),
    studyDate: text('00080020'),
    patientId: text('00100020'),
    accession: text('00080050'),
    modalities: values('00080061').slice(0, 20),
    description: text('00081030'),
    instances: instances !== undefined && Number.isSafeInteger(Number(instances)) ? Number(instances) : null,
  }
}
