/**
 * Copies a small part of the corpus into tests/fixtures/dicom/corpus, with the references' hashes in manifest.json.
 *     node tests/reference/dicom/make-fixtures.ts CORPUS
 */
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const FIXTURES = [
  'mono8', 'mono8-signed', 'mono12', 'mono12-signed', 'mono16-signed', 'mono32', 'mono12-frames', 'rgb8', 'ybr8',
  'mono12_implicit', 'mono16_big-endian', 'mono8_big-endian', 'mono12_deflated', 'mono12_no-meta', 'mono12_no-meta-implicit', 'mono12_undefined-lengths',
  'mono16_rle', 'rgb8_rle', 'rgb16_rle', 'mono32_rle', 'mono12-frames_rle-no-table',
  ...[1, 2, 3, 4, 5, 6, 7].map((value) => `mono12_jpeg-lossless-sv${value}`),
  'mono16-signed_jpeg-lossless-sv1', 'mono12-frames_jpeg-lossless-fragments', 'rgb8_jpeg-lossless-gdcm',
  'mono12-frames_encapsulated', 'mono12-frames_deflated-frames', 'rgb8_deflated-frames', 'mono8_jpeg-progressive',
  'mono8_jpeg-baseline', 'rgb8_jpeg-baseline', 'rgb8_jpeg-baseline-444', 'mono8_jpeg-extended', 'mono12_jpeg-extended',
  'mono12_jpeg-ls', 'rgb8_jpeg-ls', 'rgb8_jpeg-ls-planes', 'rgb8_jpeg-ls-samples', 'mono16_jpeg-ls-near',
  'mono16_jpeg2000', 'mono12-signed_jpeg2000', 'mono8-signed_jpeg2000', 'rgb8_jpeg2000-tiles', 'mono12_jpeg2000-lossy', 'rgb8_jpeg2000-irreversible', 'rgb16_jpeg2000-irreversible',
  'mono16-signed_htj2k', 'rgb8_htj2k-rpcl', 'mono12_htj2k-lossy',
  'pydicom-SC_ybr_full_422_uncompressed', 'pydicom-SC_rgb_jpeg', 'pydicom-SC_rgb_small_odd_jpeg', 'pydicom-JPEG2000', 'pydicom-liver_1frame', 'pydicom-badVR',
]
const BY_TRUST = ['origin', 'dcmtk', 'gdcm', 'pydicom', 'openjph', 'libjpeg-turbo']

const corpus = process.argv[2]
const target = fileURLToPath(new URL('../../fixtures/dicom/corpus/', import.meta.url))
const index = JSON.parse(readFileSync(join(corpus, 'index.json'), 'utf8')) as { file: string; syntax: string; source: string; expected: { by: string; values: string }[] }[]
mkdirSync(target, { recursive: true })
const manifest = FIXTURES.map((name) => {
  const entry = index.find(({ file }) => file === `${name}.dcm`)
  if (!entry) throw new Error(`The corpus has no ${name}`)
  const best = entry.expected.toSorted((a, b) => BY_TRUST.indexOf(a.by) - BY_TRUST.indexOf(b.by))[0]
  const values = readFileSync(join(corpus, 'expected', best.values))
  copyFileSync(join(corpus, 'files', entry.file), join(target, entry.file))
  return { file: entry.file, syntax: entry.syntax, source: entry.source, reference: best.by, sha256: createHash('sha256').update(values).digest('hex') }
})
writeFileSync(join(target, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
console.log(`${manifest.length} files`)
