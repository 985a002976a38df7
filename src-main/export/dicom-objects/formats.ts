import { reviewCanvas } from '../picture.ts'
import { pictureHeading } from '../picture-heading.ts'
import type { ExportFormat } from '../types.ts'
import { keyObjects } from './key-objects.ts'
import { measurementReport } from './measurement-report.ts'
import type { ObjectSource } from './modules.ts'
import { objectName, writeObjectFolder } from './object-folder.ts'
import { parametricMap } from './parametric-map.ts'
import { secondaryCapture } from './secondary-capture.ts'

const folder = { extension: 'dicom', isFolder: true, maps: true } as const
const isFlagged = ({ row }: Pick<ObjectSource, 'row'>) => row.detail.flag !== null
const hasMaps = ({ row }: Pick<ObjectSource, 'row'>) => row.attributions.length > 0

export const dicomSr: ExportFormat = {
  ...folder, id: 'dicom-sr', name: 'DICOM Structured Reports',
  leaves: { kind: 'objects', pixels: false, files: ({ flagged }) => flagged + 1, fields: () => ['verdict, reasons, region, note, outcome, label, predicted class, probability', 'reader, time', 'model file, SHA-256 of model and profile', 'method, layer, class, parameters', 'reference to the image'] },
  about: 'A folder: a Measurement Report (TID 1500) for each flagged case: verdict, reasons, region, reader, model.',
  write: (out, source, options) => writeObjectFolder(out, source, options, {
    wants: isFlagged,
    make: (of) => [{ name: objectName(of), dataSet: measurementReport(of), of: [of] }],
  }),
}

export const dicomKo: ExportFormat = {
  ...folder, id: 'dicom-ko', name: 'DICOM Key Object Selections',
  leaves: { kind: 'objects', pixels: false, files: ({ flaggedStudies }) => flaggedStudies + 1, fields: () => ['references to the flagged images of a study', 'verdicts and reasons', 'readers', 'model file, SHA-256 of model and profile', 'method, layer, class, parameters'] },
  about: 'A folder: for each study a list of its flagged images (TID 2010), which a PACS shows as key images.',
  write: (out, source, options) => {
    const byStudy = new Map<string, ObjectSource[]>()
    return writeObjectFolder(out, source, options, {
      wants: isFlagged,
      make: (of) => {
        // a key object needs words of the maps, not their values
        const light = { ...of, row: { ...of.row, attributions: of.row.attributions.map((map) => ({ ...map, values: new Float32Array(0) })) } }
        byStudy.set(of.image.studyInstanceUid, [...byStudy.get(of.image.studyInstanceUid) ?? [], light])
        return []
      },
      finish: () => [...byStudy.values()].map((of, at) => ({ name: `study-${String(at + 1).padStart(6, '0')}.dcm`, dataSet: keyObjects(of), of })),
    })
  },
}

export const dicomSc: ExportFormat = {
  ...folder, id: 'dicom-sc', name: 'DICOM Secondary Captures',
  leaves: { kind: 'objects', pixels: true, files: ({ maps }) => maps + 1, fields: () => ['original and overlay as a picture, with label, prediction, verdict and caveat burned in', 'model file, SHA-256 of model and profile', 'method, layer, class, parameters', 'reference to the image'] },
  about: 'A folder: original and overlay side by side as a colour image, the caveat burned in, for a PACS.',
  write: (out, source, options) => writeObjectFolder(out, source, options, {
    wants: hasMaps,
    async *make(of) {
      const image = await source.picture(of.row.detail.id, { signal: options.signal })
      for (const [at, map] of of.row.attributions.entries()) {
        options.signal?.throwIfAborted()
        const canvas = reviewCanvas(image, map, pictureHeading(of.row.detail, source.provenance.model?.classes ?? []))
        const { width, height } = canvas
        const rgba = canvas.getContext('2d').getImageData(0, 0, width, height).data
        yield { name: objectName(of, at, map), dataSet: secondaryCapture(of, map, at, { width, height, pixels: withoutAlpha(rgba) }), of: [of] }
      }
    },
  }),
}

function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array(rgba.length / 4 * 3)
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    rgb[to++] = rgba[from]!
    rgb[to++] = rgba[from + 1]!
    rgb[to++] = rgba[from + 2]!
  }
  return rgb
}

export const dicomPmap: ExportFormat = {
  ...folder, id: 'dicom-pmap', name: 'DICOM Parametric Maps',
  leaves: { kind: 'objects', pixels: false, files: ({ maps }) => maps + 1, fields: () => ['the values of each map and where its cells lie', 'model file, SHA-256 of model and profile', 'method, layer, class, parameters', 'reference to the image'] },
  about: 'A folder: every map as float32 on its own cells, placed on the image in mm. For research viewers.',
  write: (out, source, options) => writeObjectFolder(out, source, options, {
    wants: hasMaps,
    make: (of) => of.row.attributions.map((map, at) => ({ name: objectName(of, at, map), dataSet: parametricMap(of, map, at), of: [of] })),
  }),
}
