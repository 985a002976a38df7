import { fork } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { importFolder } from '../../src-main/service/import-folder.ts'
import { createProject } from '../../src-main/project/project.ts'
import { dicomFile } from '../fixtures/dicom/write-dicom.ts'
import type { BenchRow } from './measure.ts'

const FILES = 10_000
const A_FOLDER = 500
const MIB = 2 ** 20

interface Measured { readonly added: number; readonly ms: number; readonly peakBytes: number }

/** Import of a folder into a new project, in a process that does nothing else: what the main side holds. */
export async function importRows(folder: string): Promise<BenchRow[]> {
  const studies = join(folder, 'studies')
  for (let index = 0; index < FILES; index++) {
    const below = join(studies, String(Math.floor(index / A_FOLDER)))
    if (index % A_FOLDER === 0) mkdirSync(below, { recursive: true })
    writeFileSync(join(below, `${index}.dcm`), dicomFile({ rows: 32, columns: 32, elements: [{ tag: '00080018', vr: 'UI', value: `1.2.${index}` }, { tag: '00100020', vr: 'LO', value: `P${index}` }] }))
  }
  const child = fork(fileURLToPath(import.meta.url), [studies, join(folder, 'import.rightreason')])
  const { added, ms, peakBytes } = await new Promise<Measured>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Measured))
    child.once('exit', (code) => reject(new Error(`the import ended with ${code}`)))
  })
  if (added !== FILES) throw new Error(`${added} of ${FILES} files were imported`)
  return [
    { what: `import of ${FILES} files: greatest resident memory of the process`, value: peakBytes / MIB, unit: 'MiB', goal: 300 },
    { what: `import of ${FILES} files`, value: ms, unit: 'ms' },
  ]
}

async function measure(studies: string, file: string): Promise<Measured> {
  const project = createProject(file, { version: 'bench' })
  const start = performance.now()
  const { added } = await importFolder(project, studies, { signal: new AbortController().signal, progress: () => {}, itemFailed: () => {} })
  const ms = performance.now() - start
  project.close()
  return { added, ms, peakBytes: process.resourceUsage().maxRSS * 1024 }
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  void measure(process.argv[2]!, process.argv[3]!).then((measured) => process.send!(measured, () => process.disconnect()))
}
