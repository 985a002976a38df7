import type { FlagMapping } from '../contract/interchange.ts'
import { REASONS, VERDICTS, type ReasonCode, type Verdict } from '../contract/records.ts'

const plain = (text: string) => text.trim().toLowerCase().replace(/[\s_-]+/g, ' ')

/** Words that tools and people have for a verdict. */
const VERDICT_WORDS: Readonly<Record<Verdict, readonly string[]>> = {
  'right-reason': ['right reason', 'right for the right reason', 'ok', 'okay', 'valid', 'good', 'plausible', 'correct reason'],
  'wrong-reason': ['wrong reason', 'right for the wrong reason', 'shortcut', 'spurious', 'artifact', 'artefact', 'clever hans', 'confounded', 'biased'],
  'wrong': ['wrong', 'wrong prediction', 'incorrect', 'error', 'misclassified'],
  'unsure': ['unsure', 'unclear', 'unknown', '?', 'cannot tell', 'ambiguous'],
}

/** Text → verdict, for the texts that mean one beyond doubt. */
export function guessVerdicts(texts: readonly string[]): Record<string, Verdict> {
  return Object.fromEntries(texts.flatMap((text) => {
    const found = VERDICTS.find((verdict) => verdict === text || VERDICT_WORDS[verdict].includes(plain(text)))
    return found ? [[text, found]] : []
  }))
}

const REASON_OF: ReadonlyMap<string, ReasonCode> = new Map(Object.entries(REASONS).flatMap(([code, label]): [string, ReasonCode][] => [[plain(code), code as ReasonCode], [plain(label), code as ReasonCode]]))

/** Reasons in a cell, divided by ; , or |. What is no reason code is `other`, and is told. */
export function reasonsIn(cell: string): { readonly reasons: ReasonCode[]; readonly unknown: string[] } {
  // a label of ours has a comma in it: 'Tube, line or device'
  const whole = REASON_OF.get(plain(cell))
  const words = whole ? [cell] : cell.split(/[;|,]/).map((word) => word.trim()).filter((word) => word !== '')
  const unknown = words.filter((word) => !REASON_OF.has(plain(word)))
  return { reasons: [...new Set(words.map((word): ReasonCode => REASON_OF.get(plain(word)) ?? 'other'))], unknown }
}

const NAMES: Readonly<Record<'verdict' | 'reasons' | 'note' | 'reader' | 'time', RegExp>> = {
  verdict: /^(verdict|flag|review|judg(e)?ment|assessment|result|status|rating)$/i,
  reasons: /^(reasons?|reason.?codes?|cause|artifact|artefact|shortcut|tags?)$/i,
  note: /^(notes?|comments?|remarks?|text)$/i,
  reader: /^(reader|rater|annotator|reviewer|user|author|labell?er)$/i,
  time: /^(flagged.?at|time|timestamp|date|reviewed.?at|created.?at)$/i,
}
const JOINS: readonly (readonly [FlagMapping['join'], RegExp])[] = [
  ['sopInstanceUid', /^(sop|sop.?instance.?uid|instance.?uid|sop.?uid|image.?uid)$/i],
  ['file', /^(file|file.?name|file.?path|path|image|image.?name|image.?id|image.?file|image.?path|img|dicom|dcm|filepath|name|id)$/i],
]
const REGIONS: readonly (readonly string[])[] = [['regionX', 'regionY', 'regionWidth', 'regionHeight'], ['x', 'y', 'width', 'height'], ['bbox_x', 'bbox_y', 'bbox_width', 'bbox_height']]

/** What the columns most likely mean. */
export function guessFlagMapping(columns: readonly string[], distinct: Readonly<Record<string, readonly string[]>>, reader: string): FlagMapping {
  const named = (pattern: RegExp) => columns.find((column) => pattern.test(column)) ?? null
  const [join, joinColumn] = JOINS.flatMap(([by, pattern]) => { const column = named(pattern); return column === null ? [] : [[by, column] as const] })[0] ?? (['file', columns[0] ?? ''] as const)
  // a column with words for verdicts is more telling than a column's name
  const verdictColumn = named(NAMES.verdict) ?? columns.find((column) => Object.keys(guessVerdicts(distinct[column] ?? [])).length > 0) ?? columns.find((column) => column !== joinColumn) ?? ''
  return {
    join, joinColumn, verdictColumn, verdictOf: guessVerdicts(distinct[verdictColumn] ?? []), reasonsColumn: named(NAMES.reasons), noteColumn: named(NAMES.note), readerColumn: named(NAMES.reader), reader, timeColumn: named(NAMES.time),
    regionColumns: REGIONS.find((four) => four.every((column) => columns.includes(column)))?.slice() ?? null,
  }
}
