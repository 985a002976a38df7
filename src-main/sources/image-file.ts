import type { Frame } from '../dicom/frame.ts'
import type { DicomHeader } from '../dicom/header.ts'
import { readHeaderFile } from '../dicom/header-file.ts'
import { decodeFrame } from '../dicom/pixels.ts'
import { readDicomFile } from '../dicom/read-file.ts'
import type { TagRow } from '../dicom/tag-list.ts'
import { open } from 'node:fs/promises'
import { beginsAs, FIRST_BYTES, isPicture } from './begins-as.ts'
import type { BeginsAs } from './begins-as.ts'
import { decodePicture } from './picture.ts'

/** A frame of a file on disk, DICOM or a picture. Throws the codes of DICOM and image files, `file-not-found`, `file-unreadable`. */
export async function decodeImageFile(path: string, frameIndex: number): Promise<Frame> {
  const bytes = await readDicomFile(path)
  return isPicture(beginsAs(bytes.subarray(0, FIRST_BYTES))) ? decodePicture(bytes, frameIndex) : decodeFrame(bytes, frameIndex)
}

/** The header and all tags; a picture has none, and `header` is null. */
export async function imageFileHeader(path: string): Promise<{ header: DicomHeader | null; tags: TagRow[] }> {
  if (isPicture(await fileBeginsAs(path))) return { header: null, tags: [] }
  const { header, tags } = await readHeaderFile(path)
  return { header, tags: tags() }
}

/** Throws what the file system throws. */
export async function fileBeginsAs(path: string): Promise<BeginsAs> {
  const file = await open(path, 'r')
  try {
    if (!(await file.stat()).isFile()) return 'other'
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FIRST_BYTES), 0, FIRST_BYTES, 0)
    return beginsAs(buffer.subarray(0, bytesRead))
  } finally {
    await file.close()
  }
}
