import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Transform } from 'node:stream'
import { parse } from 'csv-parse'

import { ReviewError } from '../contract/errors.ts'

export type Delimiter = ',' | '\t' | ';'
export interface LabelFileHead { readonly delimiter: Delimiter; readonly columns: readonly string[] }

const MAX_BYTES = 512 * 2 ** 20
const MAX_COLUMNS = 2000
const MAX_RECORD_BYTES = 2 ** 20
/** rows between two chances for other work */
const ROWS_A_STEP = 500
const HEAD_BYTES = 64 * 1024
const DELIMITERS: readonly Delimiter[] = [',', '\t', ';']

/**
 * Reads a table of labels row by row: comma, tab or semicolon, quoted fields, a byte order mark, UTF-8 or UTF-16, and Latin-1 where the bytes are
 * not valid UTF-8. Short rows are filled up with ''. `onRow` gets the line of the file on which a row begins, 1 being the header.
 * Throws `labels-unreadable` where the file is no table, has more than 2,000 columns or 512 MB, and `file-not-found`.
 */
export async function readLabelFile(file: string, onRow: (row: readonly string[], line: number, head: LabelFileHead) => void, options: { signal?: AbortSignal } = {}): Promise<LabelFileHead> {
  const name = basename(file)
  const unreadable = (why: string, cause?: unknown) => new ReviewError('labels-unreadable', `The labels file '${name}' cannot be read: ${why}.`, { cause })
  const found = await stat(file).catch(() => null)
  if (!found) throw new ReviewError('file-not-found', `There is no labels file '${name}'. It may have been moved or deleted; choose it again.`)
  if (!found.isFile()) throw unreadable('it is a folder, not a file')
  if (found.size > MAX_BYTES) throw unreadable('it is larger than 512 MB. Keep only the rows and columns that are needed')

  const encoding = await encodingOf(file)
  const delimiter = delimiterOf(await firstLine(file, encoding))
  let head: LabelFileHead | null = null
  const parser = parse({ delimiter, relax_column_count: true, relax_quotes: true, skip_empty_lines: true, max_record_size: MAX_RECORD_BYTES, info: true, bom: false })
  const receive = async (rows: AsyncIterable<{ record: string[]; info: { lines: number } }>) => {
    let line = 1
    let rowsSinceRest = 0
    for await (const { record, info } of rows) {
      if (head === null) head = { delimiter, columns: headerOf(record, unreadable) }
      else onRow(head.columns.map((_, index) => record[index]?.trim() ?? ''), line, head)
      line = info.lines + 1
      if (++rowsSinceRest < ROWS_A_STEP) continue
      rowsSinceRest = 0
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  try {
    await pipeline(createReadStream(file, { highWaterMark: HEAD_BYTES }), decoder(encoding), parser, receive, { signal: options.signal })
  } catch (thrown) {
    if (thrown instanceof ReviewError) throw thrown
    if (options.signal?.aborted) throw new ReviewError('cancelled', 'Reading the labels was cancelled.')
    throw unreadable(reasonOf(thrown), thrown)
  }
  if (head === null) throw unreadable('it is empty. The first line has to name the columns')
  return head
}

/** csv-parse's words for what a person can mend; its own messages quote fields, which may be a patient's. */
function reasonOf(thrown: unknown): string {
  const code = String((thrown as { code?: unknown }).code)
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'a quoted field is not closed. Look for a lone quotation mark'
  if (code === 'CSV_MAX_RECORD_SIZE') return 'a row is longer than 1 MB. Look for a lone quotation mark'
  return 'it is not a table of text with a line for each row'
}

function headerOf(record: readonly string[], unreadable: (why: string) => ReviewError): string[] {
  if (record.length > MAX_COLUMNS) throw unreadable(`its first line has ${record.length} columns, more than ${MAX_COLUMNS}`)
  if (record.some((name) => name.includes('\0'))) throw unreadable('it is not a text file')
  const seen = new Map<string, number>()
  return record.map((raw, index) => {
    const name = raw.trim().slice(0, 200) || `column ${index + 1}`
    const times = (seen.get(name) ?? 0) + 1
    seen.set(name, times)
    return times === 1 ? name : `${name} (${times})`
  })
}

type Encoding = 'utf-8' | 'utf-16le' | 'windows-1252'

async function encodingOf(file: string): Promise<Encoding> {
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  let isFirst = true
  try {
    for await (const chunk of createReadStream(file)) {
      const bytes = chunk as Buffer
      if (isFirst && bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
      isFirst = false
      utf8.decode(bytes, { stream: true })
    }
    utf8.decode()
    return 'utf-8'
  } catch (thrown) {
    if (thrown instanceof TypeError) return 'windows-1252'
    throw new ReviewError('file-unreadable', `The labels file '${basename(file)}' cannot be read. Check its rights.`, { cause: thrown })
  }
}

function decoder(encoding: Encoding): Transform {
  const text = new TextDecoder(encoding)
  return new Transform({
    encoding: 'utf8',
    transform(chunk: Buffer, _encoding, done) { done(null, text.decode(chunk, { stream: true })) },
    flush(done) { done(null, text.decode()) },
  })
}

async function firstLine(file: string, encoding: Encoding): Promise<string> {
  for await (const chunk of createReadStream(file, { end: HEAD_BYTES - 1, highWaterMark: HEAD_BYTES })) {
    return new TextDecoder(encoding).decode(chunk as Buffer).split(/\r\n|\n|\r/).find((line) => line.trim() !== '') ?? ''
  }
  return ''
}

/** The delimiter that stands most often in the first line, outside quotation marks. */
function delimiterOf(line: string): Delimiter {
  const bare = line.replace(/"[^"]*"/g, '')
  const count = (delimiter: Delimiter) => bare.split(delimiter).length
  return [...DELIMITERS].sort((a, b) => count(b) - count(a))[0]!
}
