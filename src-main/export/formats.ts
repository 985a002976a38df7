import { coco } from './coco.ts'
import { csv } from './csv.ts'
import { dicom } from './dicom.ts'
import { dicomKo, dicomPmap, dicomSc, dicomSr } from './dicom-objects/formats.ts'
import { fiftyone } from './fiftyone.ts'
import { json } from './json.ts'
import { npy } from './npy.ts'
import { parquet } from './parquet.ts'
import { png } from './png.ts'
import type { ExportFormat } from './types.ts'

/** Every export format. A new one is a file and a row here; the window, the command line and the tests follow. */
export const EXPORT_FORMATS: readonly ExportFormat[] = [csv, parquet, json, npy, png, coco, fiftyone, dicom, dicomSr, dicomKo, dicomSc, dicomPmap]
