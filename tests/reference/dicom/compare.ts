/**
 * Decodes the corpus of make-corpus.py and prints, for each transfer syntax, how many files agree with every reference bit by bit.
 *     node tests/reference/dicom/compare.ts CORPUS [--list]
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { errorRecord } from '../../../src-main/contract/errors.ts'
import { decodeStoredSamples } from '../../../src-main/dicom/pixels.ts'
import { TRANSFER_SYNTAXES, transferSyntaxName } from '../../../src-main/dicom/transfer-syntaxes.ts'

interface Entry {
  readonly file: string
  readonly syntax: string
  readonly source: string
  readonly expected: readonly { readonly by: string; readonly values: string }[]
}

interface Row {
  files: number
  exact: number
  differing: number
  unread: number
  /** no other reader opened it */
  alone: number
  worst: number
}

const [corpus, option] = process.argv.slice(2)
const index = JSON.parse(readFileSync(join(corpus, 'index.json'), 'utf8')) as Entry[]
const table = new Map<string, Row>()
const details: string[] = []

for (const entry of index) {
  const row = table.get(entry.syntax) ?? { files: 0, exact: 0, differing: 0, unread: 0, alone: 0, worst: 0 }
  table.set(entry.syntax, row)
  row.files++
  try {
    const values = await decodeAll(readFileSync(join(corpus, 'files', entry.file)))
    const differences = entry.expected.map(({ by, values: name }) => ({ by, difference: greatestDifference(values, readInt32(name)) }))
    // A lossless file is held against what it was made from; others against every reader, of which one has to agree.
    const judged = differences.filter(({ by }) => by === 'origin').concat(differences).at(0)
    const best = judged?.by === 'origin' ? judged.difference : Math.min(...differences.map(({ difference }) => difference))
    if (differences.length === 0) {
      row.alone++
      continue
    }
    if (best === 0) row.exact++
    else row.differing++
    row.worst = Math.max(row.worst, best)
    if (option === '--list' || best !== 0) details.push(`${entry.file}: ${differences.map(({ by, difference }) => `${by} ${difference}`).join(', ')}`)
  } catch (thrown) {
    row.unread++
    const { code, message } = errorRecord(thrown)
    details.push(`${entry.file}: ${code}: ${message} [${entry.expected.map(({ by }) => by).join(', ')} read it]`)
  }
}

async function decodeAll(bytes: Uint8Array): Promise<Int32Array> {
  const first = await decodeStoredSamples(bytes, 0)
  const frames = [first.values]
  for (let frame = 1; frame < first.image.frames; frame++) frames.push((await decodeStoredSamples(bytes, frame)).values)
  const all = new Int32Array(first.values.length * frames.length)
  frames.forEach((values, frame) => all.set(values, frame * first.values.length))
  return all
}

function readInt32(name: string): Int32Array {
  const bytes = readFileSync(join(corpus, 'expected', name))
  return new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
}

/** Infinity where the sizes differ. */
function greatestDifference(a: Int32Array, b: Int32Array): number {
  if (a.length !== b.length) return Infinity
  let greatest = 0
  for (let index = 0; index < a.length; index++) greatest = Math.max(greatest, Math.abs(a[index] - b[index]))
  return greatest
}

console.log('transfer syntax | files | exact | differing | refused | without reference | greatest difference')
console.log('---|---|---|---|---|---|---')
const order = [...TRANSFER_SYNTAXES.keys()]
for (const [syntax, row] of [...table].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))) {
  console.log([transferSyntaxName(syntax), row.files, row.exact, row.differing, row.unread, row.alone, row.worst].join(' | '))
}
console.log(details.join('\n'))
