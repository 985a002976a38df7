import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Configuration } from './configuration.ts'
import { writeStudy } from './dicom/study.ts'
import { DEVICES, siteOf } from './equipment.ts'
import { drawStudy } from './series.ts'
import type { Subject } from './subject.ts'

export interface SeriesOptions { readonly seed: number; readonly count: number; readonly configuration: Configuration }

export interface Manifest {
  readonly format: 'right-reason/demo@1'
  readonly seed: number
  readonly count: number
  readonly files: readonly { readonly file: string; readonly bytes: number; readonly sha256: string; readonly transferSyntax: string }[]
}

export const LABEL_COLUMNS = ['file', 'label', 'finding', 'incidental', 'tube', 'marker', 'site', 'device'] as const
type LabelRow = Readonly<Record<(typeof LABEL_COLUMNS)[number], string>>

export const fileName = (index: number): string => `phantom-${String(index).padStart(3, '0')}.dcm`

/** What labels.csv says of a study: the label to predict first, then what may explain an error. */
export function labelRow(subject: Subject): LabelRow {
  const { consolidation } = subject
  return {
    file: fileName(subject.index),
    label: subject.label,
    finding: consolidation ? `${consolidation.lobar ? 'lobar' : 'segmental'}, ${consolidation.zone}` : 'none',
    incidental: subject.incidental,
    tube: subject.tube,
    marker: subject.marker.letter,
    site: siteOf(subject).institution,
    device: DEVICES[subject.device].model,
  }
}

/** Writes the series as DICOM files into `out`/studies, with labels.csv and manifest.json beside the folder. */
export async function writeStudySet(out: string, { seed, count, configuration }: SeriesOptions): Promise<Manifest> {
  await mkdir(join(out, 'studies'), { recursive: true })
  const lines = [LABEL_COLUMNS.join(',')]
  const files: Manifest['files'][number][] = []
  for (let index = 0; index < count; index++) {
    const study = drawStudy(seed, index, configuration)
    const bytes = await writeStudy(study.subject, study.image)
    const row = labelRow(study.subject)
    await writeFile(join(out, 'studies', row.file), bytes)
    lines.push(LABEL_COLUMNS.map((column) => quoted(row[column])).join(','))
    files.push({ file: row.file, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), transferSyntax: study.image.syntax })
  }
  const manifest: Manifest = { format: 'right-reason/demo@1', seed, count, files }
  await writeFile(join(out, 'labels.csv'), `${lines.join('\n')}\n`)
  await writeFile(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  return manifest
}

const quoted = (text: string): string => (text.includes(',') ? `"${text}"` : text)
