import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readHeaderFile } from '../../src-main/dicom/header-file.ts'
import { dicomFile } from '../fixtures/dicom/write-dicom.ts'
import { median, timed } from './measure.ts'
import type { BenchRow } from './measure.ts'

const FILES = 1000
const ROUNDS = 5
const PIXELS = new Uint8Array(512 * 512 * 2)

/** As many tags as a radiograph's header has, in files of half a megabyte each. */
function writeFiles(folder: string): string[] {
  mkdirSync(folder)
  return Array.from({ length: FILES }, (_, index) => {
    const path = join(folder, `${index}.dcm`)
    const text = Array.from({ length: 60 }, (_, at) => ({ tag: `0040${(0x2000 + at).toString(16)}`, vr: 'LO', value: `value ${at} of ${index}` }))
    writeFileSync(path, dicomFile({ rows: 512, columns: 512, bitsAllocated: 16, pixels: PIXELS, elements: [{ tag: '00080018', vr: 'UI', value: `1.2.${index}` }, { tag: '00100020', vr: 'LO', value: `P${index}` }, ...text] }))
    return path
  })
}

/** Wall time of one reader after the other; ours with 8 files at a time, as the import does it, theirs in one process over all files. */
export async function headerRows(folder: string): Promise<BenchRow[]> {
  const place = join(folder, 'headers')
  const files = writeFiles(place)
  const ours = async (): Promise<void> => {
    let next = 0
    await Promise.all(Array.from({ length: 8 }, async () => {
      while (next < files.length) await readHeaderFile(files[next++]!)
    }))
  }
  const pydicom = 'import sys,glob,pydicom\nfor f in glob.glob(sys.argv[1]+"/*.dcm"): d=pydicom.dcmread(f,stop_before_pixels=True); d.PatientID; d.SOPInstanceUID'
  const others: Record<string, readonly string[]> = { 'dcmdump -M': ['dcmdump', '-M', '-q', '+sd', place], 'pydicom': ['/usr/bin/python3', '-c', pydicom, place] }
  await ours()
  const times: Record<string, number[]> = { ours: [] }
  for (let round = 0; round < ROUNDS; round++) {
    times.ours!.push(await timed(ours))
    for (const [name, [program, ...args]] of Object.entries(others)) {
      try {
        const ms = await timed(() => execFileSync(program!, args, { stdio: 'ignore' }))
        times[name] = [...(times[name] ?? []), ms]
      } catch {
        if (round === 0) console.log(`${name} is left out: it is not installed here (Debian: dcmtk, python3-pydicom).`)
      }
    }
  }
  const { ours: own, ...rest } = times
  return [
    { what: `${FILES} headers: ours`, value: median(own!), unit: 'ms' },
    ...Object.entries(rest).map(([name, found]) => ({ what: `${FILES} headers: ours ÷ ${name}, ${Math.round(median(found))} ms`, value: median(own!) / median(found), unit: '×', goal: 1 })),
  ]
}
