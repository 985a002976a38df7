import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'

import { ReviewError } from '../contract/errors.ts'
import type { FlagFilePreview, FlagMapping } from '../contract/interchange.ts'
import { Reason, Region, Verdict, type Flag } from '../contract/records.ts'
import { z } from '../contract/zod.ts'
import { guessFlagMapping, reasonsIn } from './flag-words.ts'
import { readLabelFile } from './label-file.ts'

/** A flag as a file has it, with what names its case. `time` '' where the file has none. */
export interface FileFlag { readonly line: number; readonly sopInstanceUid: string; readonly file: string; readonly flag: Flag }
export interface FileFlags { readonly flags: readonly FileFlag[]; readonly problems: readonly string[] }

const MAX_JSON_BYTES = 256 * 2 ** 20
const ROWS_SHOWN = 20
const VALUES_SHOWN = 50
const NEWEST = 1

const unreadable = (file: string, why: string, cause?: unknown) => new ReviewError('file-unreadable', `The file of flags '${basename(file)}' cannot be read: ${why}.`, { cause })
const isJson = (file: string) => /\.json$/i.test(file)

// fields that came later, or that a shortened file lacks, have a value without them; only the verdict has to be there
const ReviewFlag = z.object({ verdict: Verdict, reasons: z.array(z.string()).default([]), note: z.string().max(10_000).default(''), reader: z.string().max(100).default(''), time: z.string().max(40).default(''), region: Region.nullable().catch(null).default(null) })
const ReviewCase = z.object({ file: z.string().default(''), sopInstanceUid: z.string().default(''), flag: ReviewFlag.nullable().default(null) })
const ReviewFile = z.object({ format: z.string(), cases: z.array(z.unknown()) })

/** This program's JSON. Throws `file-unreadable`, also for a file of a newer version, `file-not-found`. */
async function readReview(file: string): Promise<{ format: string; cases: readonly unknown[] }> {
  const found = await stat(file).catch(() => null)
  if (!found) throw new ReviewError('file-not-found', `There is no file '${basename(file)}'. It may have been moved or deleted; choose it again.`)
  if (!found.isFile()) throw unreadable(file, 'it is a folder')
  if (found.size > MAX_JSON_BYTES) throw unreadable(file, 'it is larger than 256 MB. Export the flags as CSV, without maps, and import that')
  const parsed = ReviewFile.safeParse(await readFile(file, 'utf8').then((text) => JSON.parse(text) as unknown).catch((cause: unknown) => { throw unreadable(file, 'it is not JSON', cause) }))
  const version = /^right-reason\/review@(\d{1,6})$/.exec(parsed.data?.format ?? '')?.[1]
  if (!parsed.success || version === undefined) throw unreadable(file, 'it is not an exported review (right-reason/review@1)')
  if (Number(version) > NEWEST) throw unreadable(file, `it was written by a newer version of the program (${parsed.data.format}). Update this one, or export from there as CSV`)
  return parsed.data
}

/** What a file holds and, of a table, what its columns most likely mean. */
export async function previewFlags(file: string, reader: string, options: { signal?: AbortSignal } = {}): Promise<FlagFilePreview> {
  if (isJson(file)) {
    const { format, cases } = await readReview(file)
    return { file, kind: 'review', format, columns: [], rows: [], rowCount: cases.length, distinct: {}, guess: null }
  }
  const rows: (readonly string[])[] = []
  const distinct = new Map<string, Set<string>>()
  let rowCount = 0
  const { columns, delimiter } = await readTable(file, (row, _line, head) => {
    rowCount++
    if (rows.length < ROWS_SHOWN) rows.push(row)
    head.columns.forEach((column, index) => {
      const values = distinct.get(column) ?? new Set<string>()
      distinct.set(column, values)
      if (row[index] !== '' && values.size < VALUES_SHOWN) values.add(row[index]!)
    })
  }, options)
  const lists = Object.fromEntries(columns.map((column) => [column, [...(distinct.get(column) ?? [])]]))
  return { file, kind: 'table', format: { ',': 'commas', ';': 'semicolons', '\t': 'tabs' }[delimiter], columns, rows, rowCount, distinct: lists, guess: guessFlagMapping(columns, lists, reader) }
}

/** The flags of a file. Throws `file-unreadable`, `file-not-found`, and `bad-parameter` where a column of the mapping is not there or there is no mapping. */
export async function readFlags(file: string, mapping: FlagMapping | null, options: { signal?: AbortSignal } = {}): Promise<FileFlags> {
  if (isJson(file)) return flagsOfReview((await readReview(file)).cases)
  if (mapping === null) throw new ReviewError('bad-parameter', 'A table of flags needs to be told what its columns mean. Choose the columns of the case and of the verdict.')
  return flagsOfTable(file, mapping, options)
}

function flagsOfReview(cases: readonly unknown[]): FileFlags {
  let broken = 0
  const flags = cases.flatMap((one, index): FileFlag[] => {
    const parsed = ReviewCase.safeParse(one)
    if (!parsed.success) broken++
    const { flag, file, sopInstanceUid } = parsed.data ?? { flag: null, file: '', sopInstanceUid: '' }
    if (!flag) return []
    const reasons = flag.reasons.flatMap((reason) => Reason.safeParse(reason).data ?? ('other' as const))
    return [{ line: index + 1, file, sopInstanceUid, flag: { ...flag, reasons: [...new Set(reasons)], time: isoTime(flag.time) } }]
  })
  return { flags, problems: broken > 0 ? [`${broken} cases of the file have a flag that is none of this program's and are left out.`] : [] }
}

async function flagsOfTable(file: string, mapping: FlagMapping, options: { signal?: AbortSignal }): Promise<FileFlags> {
  const flags: FileFlag[] = []
  const unlisted = new Map<string, number>()
  const unknown = new Set<string>()
  let places: ReturnType<typeof placesOf> | null = null
  const head = await readTable(file, (row, line, { columns }) => {
    places ??= placesOf(columns, mapping)
    const cell = (place: number | null) => place === null ? '' : unguarded(row[place]!)
    const text = cell(places.verdict)
    if (text === '') return
    const verdict = mapping.verdictOf[text]
    if (verdict === undefined) return void unlisted.set(text, (unlisted.get(text) ?? 0) + 1)
    const found = reasonsIn(cell(places.reasons))
    for (const word of found.unknown) unknown.add(word)
    const region = places.region && Region.safeParse({ kind: 'rectangle', ...Object.fromEntries(['x', 'y', 'width', 'height'].map((name, at) => [name, numberIn(cell(places!.region![at]!))])) })
    const key = cell(places.join)
    flags.push({
      line, file: mapping.join === 'file' ? key : '', sopInstanceUid: mapping.join === 'sopInstanceUid' ? key : '',
      flag: { verdict, reasons: found.reasons, note: cell(places.note).slice(0, 10_000), reader: (cell(places.reader) || mapping.reader).slice(0, 100), time: isoTime(cell(places.time)), region: region?.data ?? null },
    })
  }, options)
  placesOf(head.columns, mapping)
  const few = (words: Iterable<string>) => [...words].slice(0, 8).map((word) => `'${word}'`).join(', ')
  return {
    flags,
    problems: [
      ...(unlisted.size > 0 ? [`${[...unlisted.values()].reduce((sum, count) => sum + count, 0)} rows have a verdict that stands for none here and are left out: ${few(unlisted.keys())}.`] : []),
      ...(unknown.size > 0 ? [`Reasons that are none of this program's become 'Other': ${few(unknown)}.`] : []),
    ],
  }
}

function placesOf(columns: readonly string[], mapping: FlagMapping) {
  const place = (column: string): number => {
    const index = columns.indexOf(column)
    if (index >= 0) return index
    throw new ReviewError('bad-parameter', `The file of flags has no column '${column}'. Its columns are: ${columns.slice(0, 30).join(', ')}.`, { details: { column } })
  }
  const maybe = (column: string | null) => column === null ? null : place(column)
  return { join: place(mapping.joinColumn), verdict: place(mapping.verdictColumn), reasons: maybe(mapping.reasonsColumn), note: maybe(mapping.noteColumn), reader: maybe(mapping.readerColumn), time: maybe(mapping.timeColumn), region: mapping.regionColumns?.map(place) ?? null }
}

/** As labels are read, in this file's words. */
async function readTable(...[file, onRow, options]: Parameters<typeof readLabelFile>): ReturnType<typeof readLabelFile> {
  return readLabelFile(file, onRow, options).catch((thrown: unknown) => {
    if (!(thrown instanceof ReviewError) || thrown.code !== 'labels-unreadable') throw thrown
    throw new ReviewError('file-unreadable', thrown.message.replace('The labels file', 'The file of flags'), { cause: thrown })
  })
}

/** Without the apostrophe that our CSV puts before what a spreadsheet would run. */
const unguarded = (text: string): string => /^'[=+\-@\t\r]/.test(text) ? text.slice(1) : text
const numberIn = (text: string): number => text === '' ? NaN : Number(text)

/** '' where it is no time. */
function isoTime(text: string): string {
  const time = text === '' ? NaN : Date.parse(text)
  return Number.isFinite(time) ? new Date(time).toISOString() : ''
}
