import type { Bridge } from '../../src-main/contract/bridge.ts'
import { BRIDGE_NAME } from '../../src-main/contract/bridge.ts'
import { ReviewError, isErrorCode, type ErrorRecord } from '../../src-main/contract/errors.ts'
import { UPLOAD_PATH } from '../../src-main/contract/wire.ts'

/** so many files are sent at a time; a browser allows six connections */
const AT_ONCE = 4

/** A dropped file with its place below what was dropped. */
export interface DroppedFile { readonly path: string; readonly file: () => Promise<File> }

/** Where dropped files lie, in a shell that knows; null where they have to be sent. */
export function pathsOf(files: readonly File[]): readonly string[] | null {
  const bridge = (globalThis as { [BRIDGE_NAME]?: Bridge })[BRIDGE_NAME]
  return bridge ? files.map((file) => bridge.pathOf(file)).filter((path) => path !== '') : null
}

/** Files by themselves, where a drop has no entries of a file system. */
export async function* plainFiles(files: readonly File[]): AsyncGenerator<DroppedFile> {
  for (const file of files) yield { path: file.name, file: async () => file }
}

/** All files below the entries of a drop, found as they are asked for. */
export async function* filesOf(entries: readonly FileSystemEntry[]): AsyncGenerator<DroppedFile> {
  for (const entry of entries) {
    if (entry.isFile) yield { path: entry.fullPath.replace(/^\//, ''), file: () => new Promise((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)) }
    else yield* filesOf(await listed(entry as FileSystemDirectoryEntry))
  }
}

/** A reader gives at most a hundred at a time. */
async function listed(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const more = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (more.length === 0) return all
    all.push(...more)
  }
}

/** Sends files into the folder of that id and gives the paths that they were written under. The first failure ends it. */
export async function sendFiles(id: string, files: AsyncIterable<DroppedFile>, { signal, onSent }: { signal: AbortSignal; onSent: (count: number) => void }): Promise<string[]> {
  const written: string[] = []
  const stop = new AbortController()
  const both = AbortSignal.any([signal, stop.signal])
  const queue = files[Symbol.asyncIterator]()
  let asked: Promise<unknown> = Promise.resolve()
  /** one after another: a generator that walks folders is not asked twice at once */
  const next = (): Promise<IteratorResult<DroppedFile>> => {
    const result = asked.then(() => queue.next())
    asked = result.catch(() => undefined)
    return result
  }
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    try {
      for (let item = await next(); !item.done; item = await next()) {
        if (both.aborted) return
        written.push(await send(id, item.value.path, await item.value.file(), both))
        onSent(written.length)
      }
    } catch (thrown) {
      stop.abort()
      throw thrown
    }
  }))
  if (signal.aborted) throw new ReviewError('cancelled', 'Cancelled.')
  return written
}

async function send(id: string, path: string, file: File, signal: AbortSignal): Promise<string> {
  const url = new URL(`${UPLOAD_PATH.slice(1)}${id}/${path.split('/').map(encodeURIComponent).join('/')}`, document.baseURI)
  // under the page's own policy, no-referrer, a browser would send 'Origin: null', which the shell refuses
  const response = await fetch(url, { method: 'POST', body: file, signal, credentials: 'same-origin', referrerPolicy: 'same-origin', headers: { 'Content-Type': 'application/octet-stream' } }).catch((thrown: unknown) => {
    throw new ReviewError(signal.aborted ? 'cancelled' : 'not-ready', 'The dropped files could not be sent to the program. Use \'Add a folder\', which reads them where they lie.', { cause: thrown })
  })
  const answer = await response.json().catch(() => null) as (Partial<ErrorRecord> & { path?: string }) | null
  if (response.ok && answer?.path !== undefined) return answer.path
  if (answer && isErrorCode(answer.code)) throw ReviewError.fromRecord({ message: '', ...answer, code: answer.code })
  throw new ReviewError('internal', `The program answered ${response.status} to a dropped file. Use 'Add a folder' instead.`)
}
