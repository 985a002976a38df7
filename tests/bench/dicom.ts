import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeProcess } from './decode-process.ts'
import type { DecodeProcess } from './decode-process.ts'
import { COLUMNS, COMPARED, makeFile, ROWS } from './dicom-files.ts'
import type { Compared } from './dicom-files.ts'
import { headerRows } from './dicom-headers.ts'
import { importRows } from './dicom-import.ts'
import { parallelRows } from './dicom-parallel.ts'
import { median } from './measure.ts'
import type { BenchReport, BenchRow } from './measure.ts'

const ROUNDS = 7
const WARM_UP = 5
const IN_A_ROW = 3
const TINY = 64
const TINY_RUNS = 5
/** in memory where there is such a place: what a disk's file system costs the tools when they write is no decoding */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** User and system time in ms of a program and its children, the mean of `runs`; bash's `times`, to the millisecond. */
function toolCpu(command: readonly string[], runs: number): number {
  const quoted = command.map((word) => `'${word}'`).join(' ')
  const printed = execFileSync('bash', ['-c', `for run in $(seq ${runs}); do ${quoted} > /dev/null 2>&1 || exit 1; done; times`], { encoding: 'utf8' })
  const children = printed.trim().split('\n').at(-1)!
  const ms = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000, 0)
  return ms / runs
}

async function compareSyntax(compared: Compared, folder: string, own: DecodeProcess): Promise<BenchRow[]> {
  const { name, bits, decode, goal } = compared
  const what = `${name}, ${bits} bits`
  const large = makeFile(compared, folder, 'large', ROWS, COLUMNS)
  const tiny = makeFile(compared, folder, 'tiny', TINY, TINY)
  if (!large || !tiny) {
    console.log(`${what} is left out: '${compared.make[0]}' is not installed here, or cannot write it (Debian: dcmtk, libgdcm-tools, openjph-tools).`)
    return []
  }
  const filled = (path: string) => decode.map((word) => word === 'IN' ? path : word === 'OUT' ? `${path}.${compared.htj2k ? 'pgm' : 'dcm'}` : word)
  const ours: number[] = []
  const theirs: number[] = []
  await own.cpu(large.dicom, WARM_UP)
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await own.cpu(large.dicom, IN_A_ROW))
    theirs.push(toolCpu(filled(large.theirs), 1) - toolCpu(filled(tiny.theirs), TINY_RUNS))
  }
  return [{ what: `${what}: ours ${Math.round(median(ours))} ms ÷ ${decode[0]} ${Math.round(median(theirs))} ms`, value: median(ours) / median(theirs), unit: '×', goal }]
}

/** What is measured beside the syntaxes, by name. */
const OTHERS: Readonly<Record<string, (folder: string) => Promise<BenchRow[]>>> = { headers: headerRows, import: importRows, parallel: parallelRows }

/**
 * Ours: reading and decoding the file to a frame in memory with its value range and overlays, in a process that has done so before; its hash, which
 * is taken only where a result is recorded, is not in it. Theirs: the tool's whole run from file to uncompressed file, less its run on an image of 64×64.
 * `parts`: beginnings of the syntaxes' names, and names of the others; without any, all of them.
 */
export async function bench(parts: readonly string[] = [], onRow: (row: BenchRow) => void = () => {}): Promise<BenchReport> {
  const isWanted = (name: string): boolean => parts.length === 0 || parts.some((part) => name.startsWith(part))
  const folder = mkdtempSync(join(PLACE, 'right-reason-bench-'))
  const rows: BenchRow[] = []
  const add = (measured: readonly BenchRow[]): void => {
    measured.forEach(onRow)
    rows.push(...measured)
  }
  try {
    for (const [index, compared] of COMPARED.entries()) {
      if (!isWanted(compared.name)) continue
      const place = join(folder, String(index))
      const own = decodeProcess()
      mkdirSync(place)
      add(await compareSyntax(compared, place, own).finally(() => own.close()))
      rmSync(place, { recursive: true, force: true })
    }
    for (const [name, measure] of Object.entries(OTHERS)) if (isWanted(name)) add(await measure(folder))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return { name: `DICOM ${COLUMNS}×${ROWS}, user + system time: file → frame, warm ÷ the tool's file → uncompressed file, less its start-up; medians of ${ROUNDS} rounds in turn`, rows }
}
