import type { Results } from '../../contract/protocol.ts'

/** 'Reader A', 'Reader B', … 'Reader AA' in the order of their names, wherever the results name them. */
export function withoutNames(results: Results): Results {
  const letters = new Map(results.readers.map((reader, at) => [reader, `Reader ${lettersOf(at)}`]))
  const of = (name: string): string => letters.get(name) ?? [...letters].reduce((text, [reader, letter]) => text.startsWith(`${reader}, `) ? `${letter}${text.slice(reader.length)}` : text, name)
  const pair = <T extends { readonly a: string; readonly b: string }>(one: T): T => ({ ...one, a: of(one.a), b: of(one.b) })
  return {
    ...results,
    plan: { ...results.plan, madeBy: letters.get(results.plan.madeBy) ?? 'someone who read no case' },
    reader: results.reader && of(results.reader),
    readers: results.readers.map(of),
    byReader: results.byReader.map((one) => ({ ...one, reader: of(one.reader), row: { ...one.row, value: one.row.value && of(one.row.value) } })),
    pairs: results.pairs.map(pair),
    selves: results.selves.map(pair),
  }
}

function lettersOf(at: number): string {
  const letter = String.fromCharCode(65 + at % 26)
  return at < 26 ? letter : `${lettersOf(Math.floor(at / 26) - 1)}${letter}`
}
