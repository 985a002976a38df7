import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { ReviewError } from '../../contract/errors.ts'
import { csvLine } from '../csv-cells.ts'
import { identifiedCase, identifiedImage } from '../identifiers.ts'
import { TextFile } from '../text-file.ts'
import type { ExportAttribution, ExportOptions, ExportResult, ExportSource } from '../types.ts'
import type { ObjectSource } from './modules.ts'
import { dicomFileOf, type DataSet } from './write-object.ts'

/** An object with the name of its file and the cases that it is of. */
export interface NamedObject { readonly name: string; readonly dataSet: DataSet; readonly of: readonly ObjectSource[] }

export interface ObjectMaker {
  /** which cases have one */
  readonly wants: (source: Omit<ObjectSource, 'image'>) => boolean
  /** of one case; where it throws, the case is left out and reported */
  readonly make: (source: ObjectSource) => AsyncIterable<NamedObject> | Iterable<NamedObject>
  /** of all cases together, at the end */
  readonly finish?: () => Iterable<NamedObject>
}

const caseName = (id: number) => String(id).padStart(6, '0')
export const objectName = ({ row: { detail } }: ObjectSource, at?: number, map?: ExportAttribution): string =>
  `${caseName(detail.id)}${at === undefined || !map ? '' : `-${at + 1}-${map.method.replace(/[^\w-]/g, '_')}-class${map.classIndex}`}.dcm`

/** A folder of DICOM objects, and index.csv that ties them to the cases and images that they are of. */
export async function writeObjectFolder(out: string, source: ExportSource, options: ExportOptions, { wants, make, finish }: ObjectMaker): Promise<Omit<ExportResult, 'path'>> {
  await mkdir(out)
  const counts = { files: 1, cases: 0, maps: 0 }
  await TextFile.create(join(out, 'index.csv'), async (index) => {
    await index.write(csvLine(['path', 'sopInstanceUid', 'file', 'imageSopInstanceUid', 'verdict']))
    const write = async ({ name, dataSet, of }: NamedObject) => {
      await writeFile(join(out, name), await dicomFileOf(dataSet), { flag: 'wx' })
      counts.files++
      for (const { row: { detail } } of of) await index.write(csvLine([name, String(dataSet.SOPInstanceUID), detail.file, detail.sopInstanceUid, detail.flag?.verdict ?? null]))
    }
    for await (const raw of source.cases({ maps: true, signal: options.signal })) {
      const row = { ...raw, detail: identifiedCase(raw.detail, options) }
      const known = { row, provenance: source.provenance, options }
      if (wants(known)) {
        await imageOf(raw.detail.id).then(async (image) => {
          for await (const made of make({ ...known, image })) await write(made)
          counts.maps += row.attributions.length
        }).catch((thrown: unknown) => {
          options.signal?.throwIfAborted()
          // what the disk refuses is the export's failure, not the case's
          if (!(thrown instanceof ReviewError)) throw thrown
          options.onItemError?.(raw.detail.id, thrown)
        })
      }
      counts.cases++
      options.onProgress?.(counts.cases, source.total)
    }
    for (const made of finish?.() ?? []) await write(made)
  })
  return counts

  async function imageOf(caseId: number) {
    const image = await source.sourceImage(caseId, { signal: options.signal })
    if (image.sopInstanceUid === '' || image.sopClassUid === '') throw new ReviewError('not-dicom', 'The file has no SOP Instance UID or SOP class, so no DICOM object can refer to it. Import the DICOM file of the image.')
    return identifiedImage(image, `case ${caseId}`, options)
  }
}
