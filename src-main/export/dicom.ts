import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { CaseDetail } from '../contract/records.ts'
import { csvLine, type Cell } from './csv-cells.ts'
import { identifiedCase } from './identifiers.ts'
import { TextFile } from './text-file.ts'
import type { ExportCase, ExportFormat, ExportOptions } from './types.ts'

type Column = readonly [name: string, cell: (path: string, row: ExportCase, textLines: number | null) => Cell]

/** The index ties the copies to labels and flags; only where plain identifiers are asked for does it name the files they were made from. */
function columns(options: ExportOptions): Column[] {
  const ids = (row: ExportCase) => identifiedCase(row.detail, { ...options, identifiers: 'pseudonym' })
  const origin: Column[] = [['file', (_path, { detail }) => detail.file], ['originalSopInstanceUid', (_path, { detail }) => detail.sopInstanceUid]]
  return [
    ['path', (path) => path],
    ['sopInstanceUid', (_path, { detail }) => options.pseudonymiser.uid(detail.sopInstanceUid)],
    ['studyInstanceUid', (_path, row) => ids(row).studyInstanceUid],
    ['seriesInstanceUid', (_path, row) => ids(row).seriesInstanceUid],
    ['patientId', (_path, row) => ids(row).patientId],
    ['modality', (_path, { detail }) => detail.modality],
    ['label', (_path, { detail }) => detail.label],
    ['verdict', (_path, { detail }) => detail.flag?.verdict ?? null],
    ['burnedInWarning', (_path, { detail }, textLines) => burnedInWarning(detail, textLines)],
    ...(options.identifiers === 'plain' ? origin : []),
  ]
}

/** What the header lets expect, and what the pixels seem to show. */
function burnedInWarning({ notices }: CaseDetail, textLines: number | null): string | null {
  const declared = notices.find(({ code }) => code === 'burned-in')?.message
  const seen = textLines === null ? 'The pixels could not be looked through for text.' : textLines > 0 ? `The pixels show what looks like text (lines: ${textLines}).` : undefined
  return [declared, seen].filter((part) => part !== undefined).join(' ') || null
}

/** What whoever gets the folder has to know. */
function notice(retain: readonly string[], warned: number): string {
  return [
    'De-identified copies of DICOM files, by the Basic Application Level Confidentiality Profile (DICOM PS3.15 annex E).',
    retain.length === 0 ? 'No option of the profile was used.' : `Options used: ${retain.join(', ')}.`,
    'Every element that is not known to be harmless was left out. UIDs and the patient\'s name and id were replaced, the same by the same.',
    'The PIXELS WERE NOT CLEANED: text that is burned into an image is still there.',
    `Files that say, let expect or seem to show such text: ${warned} (index.csv, burnedInWarning). Others may have it too: look at every image before it leaves the house.`,
    '',
  ].join('\n')
}

export const dicom: ExportFormat = {
  id: 'dicom', name: 'De-identified DICOM', extension: 'dicom', isFolder: true, maps: false,
  leaves: { kind: 'copies', pixels: true, files: ({ readable }) => readable + 2, fields: () => ['the pixels as they are', 'technical header elements', 'index.csv: path, UIDs, patientId, modality, label, verdict, burnedInWarning'] },
  about: 'A folder: a copy of every study\'s file without identifying elements (PS3.15 basic profile), and index.csv. Pixels are not cleaned: burned-in text stays.',
  async write(out, source, options) {
    await mkdir(out)
    const retain = options.retain ?? []
    const table = columns(options)
    let cases = 0
    let copies = 0
    let warned = 0
    await TextFile.create(join(out, 'index.csv'), async (index) => {
      await index.write(csvLine(table.map(([name]) => name)))
      for await (const row of source.cases({ maps: false, signal: options.signal })) {
        const copy = await source.deidentified(row.detail.id, { retain, signal: options.signal }).catch((thrown: unknown) => {
          options.signal?.throwIfAborted()
          options.onItemError?.(row.detail.id, thrown)
          return null
        })
        if (copy !== null) {
          const path = `${String(row.detail.id).padStart(6, '0')}.dcm`
          await writeFile(join(out, path), copy.bytes, { flag: 'wx' })
          await index.write(csvLine(table.map(([, cell]) => cell(path, row, copy.textLines))))
          copies++
          if (burnedInWarning(row.detail, copy.textLines) !== null) warned++
        }
        cases++
        options.onProgress?.(cases, source.total)
      }
    })
    await writeFile(join(out, 'README.txt'), notice(retain, warned), { flag: 'wx' })
    return { files: copies + 2, cases, maps: 0 }
  },
}
