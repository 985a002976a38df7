import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { randomUUID } from 'node:crypto'

import { Uid } from '../contract/remote.ts'
import { ReviewError } from '../contract/errors.ts'
import { readHeaderFile } from '../dicom/header-file.ts'
import { MAX_FILE_BYTES } from '../dicom/limits.ts'
import { makeFolder } from './side-folder.ts'

/**
 * Writes one DICOM file as it comes in, below `root` as `<study>/<instance>.dcm` by its own UIDs; the same instance again replaces itself. Gives the
 * path relative to `root`. Throws `pixel-data-too-large`, `not-dicom` and what else a header may be, `server-answer-damaged` where it has no UIDs.
 */
export async function storeInstance(root: string, content: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<string> {
  await makeFolder(root)
  const part = join(root, `${randomUUID()}.part`)
  // opened before anything can fail: a file that is still being opened could not be taken away again
  const file = await open(part, 'wx', 0o600)
  try {
    await pipeline(content, atMost(MAX_FILE_BYTES), file.createWriteStream(), { signal })
    return await keep(root, part)
  } catch (thrown) {
    await file.close().catch(() => undefined)
    await rm(part, { force: true })
    throw thrown
  }
}

/** Gives a file that is whole its name. */
export async function keep(root: string, part: string): Promise<string> {
  const { header } = await readHeaderFile(part)
  const { sopInstanceUid, studyInstanceUid } = header
  if (!Uid.safeParse(sopInstanceUid).success) throw new ReviewError('server-answer-damaged', 'A file came that names no SOP Instance UID. It is not kept.')
  const study = Uid.safeParse(studyInstanceUid).success ? studyInstanceUid : 'no-study'
  await makeFolder(join(root, study))
  const path = `${study}/${sopInstanceUid}.dcm`
  await rename(part, join(root, path))
  return path
}

function atMost(bytes: number): (content: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array> {
  return async function* (content) {
    let seen = 0
    for await (const chunk of content) {
      seen += chunk.length
      if (seen > bytes) throw new ReviewError('pixel-data-too-large', `A file of more than ${bytes} bytes came; it is not kept.`)
      yield chunk
    }
  }
}
