import { readFileSync } from 'node:fs'

import { pixelSha256 } from '../../src-main/dicom/pixel-identity.ts'
import { decodeFrame } from '../../src-main/dicom/pixels.ts'
import type { FuzzSource } from './dicom-fuzz.ts'

const folder = new URL('../fixtures/dicom/corpus/', import.meta.url)

/** One of each kind of the committed corpus, as they decode before any damage. */
export async function fuzzSources(): Promise<FuzzSource[]> {
  const manifest = JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8')) as { file: string }[]
  return Promise.all(manifest.map(async ({ file }) => {
    const bytes = new Uint8Array(readFileSync(new URL(file, folder)))
    return { name: file, bytes, sha256: pixelSha256((await decodeFrame(bytes)).stored) }
  }))
}
