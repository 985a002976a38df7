import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeFrame } from '../../src-main/dicom/pixels.ts'
import { readDicomFile } from '../../src-main/dicom/read-file.ts'
import { COLUMNS, COMPARED, makeFile, ROWS } from './dicom-files.ts'
import type { Compared } from './dicom-files.ts'
import { median } from './measure.ts'
import type { BenchReport, BenchRow } from './measure.ts'

const ROUNDS = 5
const TINY = 64
const TINY_RUNS = 5

/** User and system time in ms of `runs` runs of a program and its children, each; bash's `times`, to the millisecond. */
export function toolCpu(command: readonly string[], runs: number): number {
  const quoted = command.map((word) => `'${word}'`).join(' ')
  const printed = execFileSync('bash', ['-c', `for run in $(seq ${runs}); do ${quoted} > /dev/null 2>&1 || exit 1; done; times`], { encoding: 'utf8' })
  const children = printed.trim().split('\n').at(-1)!
  const ms = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000, 0)
  return ms / runs
}

/** User and system time of this process, all its threads, for one piece of work, in ms. */
export async function ownCpu(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/**
 * A file on disk → values. Ours: the frame with its SHA-256, value range and overlays, in memory, in this process, warm. Theirs: a file of uncompressed
 * values, without the time of the same tool on an image of 64×64.
 */
async function compareSyntax(compared: Compared, folder: string): Promise<BenchRow[]> {
  const { name, bits, decode, goal } = compared
  const what = `${name}, ${bits} bits`
  const large = makeFile(compared, folder, 'large', ROWS, COLUMNS)
  const tiny = makeFile(compared, folder, 'tiny', TINY, TINY)
  if (!large || !tiny) {
    console.log(`${what} is left out: '${compared.make[0]}' is not installed here (Debian: dcmtk, libgdcm-tools, openjph-tools).`)
    return []
  }
  const filled = (path: string) => decode.map((word) => word === 'IN' ? path : word === 'OUT' ? join(folder, compared.htj2k ? 'out.pgm' : 'out.dcm') : word)
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const own = await ownCpu(async () => decodeFrame(await readDicomFile(large.dicom)))
    const tool = toolCpu(filled(large.theirs), 1) - toolCpu(filled(tiny.theirs), TINY_RUNS)
    if (round === 0) continue
    ours.push(own)
    theirs.push(tool)
  }
  return [
    { what: `${what}: CPU of ours, ${Math.round(median(ours))} ms, ÷ ${decode[0]}, ${Math.round(median(theirs))} ms`, value: median(ours) / median(theirs), unit: '×', goal },
  ]
}

export async function bench(): Promise<BenchReport> {
  const folder = mkdtempSync(join(tmpdir(), 'right-reason-bench-'))
  const rows: BenchRow[] = []
  try {
    for (const compared of COMPARED) {
      const own = join(folder, String(rows.length))
      mkdirSync(own, { recursive: true })
      rows.push(...await compareSyntax(compared, own))
      rmSync(own, { recursive: true, force: true })
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return { name: `DICOM, ${COLUMNS}×${ROWS}, user + system time, file → frame with its SHA-256 and range ÷ the tool's file → uncompressed file without its start-up, medians of ${ROUNDS} rounds in turn`, rows }
}
