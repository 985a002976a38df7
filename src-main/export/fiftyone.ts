import { createCanvas } from '@napi-rs/canvas'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { CaseDetail } from '../contract/records.ts'
import { decimal } from './decimal.ts'
import { labelledRegions } from './flag-regions.ts'
import { greyPng } from './grey-png.ts'
import { identifiedCase } from './identifiers.ts'
import { JSON_FORMAT } from './json.ts'
import { mapOnImage } from './map-on-image.ts'
import { shownImage } from './shown-image.ts'
import { TextFile } from './text-file.ts'
import type { ExportAttribution, ExportCase, ExportFormat, ExportOptions, ExportPicture, ExportSource } from './types.ts'

/** longer side of a map's picture; the map itself has a few cells */
const MAP_SIDE = 512
const ABOUT_MAPS = 'Heatmaps lie on the image; 255 is the greatest value of each map (max), in signed maps 128 is zero. They are not segmentations and do not compare between images.'

/** FiftyOne wants names of fields to be identifiers. */
const fieldName = (text: string) => text.replace(/[^\w]+/g, '_').replace(/^_+|_+$/g, '') || 'field'

/**
 * Field of each kind of map: `heatmap_gradcam`, and with a number behind it for the next kind of the same method (another layer, class
 * difference or parameters) or the next class of the same kind.
 */
function heatmapFields(): (map: ExportAttribution, taken: ReadonlySet<string>) => string {
  const known = new Map<string, string>()
  return (map, taken) => {
    for (let nth = 1; ; nth++) {
      const kind = JSON.stringify([map.method, map.layer, map.minus ?? null, map.parameters, nth])
      let name = known.get(kind)
      if (name === undefined) {
        const base = `heatmap_${fieldName(map.method)}`
        const used = [...known.values()].filter((other) => other === base || other.startsWith(`${base}_`)).length
        name = used === 0 ? base : `${base}_${used + 1}`
        known.set(kind, name)
      }
      if (!taken.has(name)) return name
    }
  }
}

function displayed(image: ExportPicture): Buffer {
  const canvas = createCanvas(image.columns, image.rows)
  const context = canvas.getContext('2d')
  const data = context.createImageData(image.columns, image.rows)
  data.data.set(shownImage(image))
  context.putImageData(data, 0, 0)
  return canvas.toBuffer('image/png')
}

const classification = (label: string | null, more: object = {}) => label === null ? null : { _cls: 'Classification', tags: [], label, ...more }

function detections(detail: CaseDetail) {
  const { rows, columns, flag } = detail
  const regions = labelledRegions(detail).map(({ label, region }) => ({
    _cls: 'Detection', tags: [], attributes: {}, label, bounding_box: [region.x / columns!, region.y / rows!, region.width / columns!, region.height / rows!], verdict: flag!.verdict, reader: flag!.reader,
  }))
  return regions.length === 0 ? null : { _cls: 'Detections', detections: regions }
}

function heatmap(map: ExportAttribution, path: string, modelSha256: string | null) {
  return {
    _cls: 'Heatmap', tags: [], map_path: path, range: [0, 255], method: map.method, layer: map.layer, class_name: map.className, signed: map.signed, min: decimal(map.min), max: decimal(map.max),
    no_positive_evidence: map.noPositiveEvidence, grid: [...map.grid], caveat: map.caveat, model_sha256: modelSha256,
  }
}

/** A case as FiftyOne's Sample; `heatmaps` by field. */
function sample({ detail, provenance }: ExportCase, path: string, heatmaps: Readonly<Record<string, unknown>>, classes: readonly string[]) {
  const { predictedClass, confidence, logits, flag, groups } = detail
  const predicted = predictedClass === null ? null : classes[predictedClass] ?? `class ${predictedClass}`
  return {
    filepath: path,
    tags: [detail.outcome, ...(flag ? [flag.verdict] : [])],
    metadata: null,
    source_file: detail.file, sop_instance_uid: detail.sopInstanceUid, patient_id: detail.patientId, view_position: detail.view, modality: detail.modality, sex: detail.sex, age_years: detail.ageYears,
    ground_truth: classification(detail.label),
    prediction: classification(predicted, { confidence: confidence === null ? null : decimal(confidence), logits: logits?.map(decimal) ?? null, model_sha256: provenance.modelSha256 }),
    verdict: classification(flag?.verdict ?? null, { reasons: flag?.reasons ?? [], note: flag?.note ?? '', reader: flag?.reader ?? '', time: flag?.time ?? '' }),
    regions: detections(detail),
    ...Object.fromEntries(Object.entries(groups).map(([name, value]) => [`group_${fieldName(name)}`, value])),
    ...heatmaps,
  }
}

/**
 * The folder that FiftyOne reads as `fo.types.FiftyOneDataset`, in the layout without a `version` in metadata.json: FiftyOne reads it whatever the
 * version of its database, and finds the fields' types by itself. Images are written as they are shown; a case whose image cannot be read is left out and reported.
 */
export const fiftyone: ExportFormat = {
  id: 'fiftyone', name: 'FiftyOne dataset', extension: 'fiftyone', isFolder: true, maps: true,
  leaves: { kind: 'table', pixels: true, files: ({ readable, maps }) => readable + maps + 2, fields: ({ groupColumns }) => ['the images as they are shown', 'heatmaps', 'source_file', 'sop_instance_uid', 'patient_id', 'modality', 'sex', 'age_years', 'view_position', 'ground_truth', 'prediction', 'verdict', 'regions', ...groupColumns.map((name) => `group_${fieldName(name)}`)] },
  about: 'A folder that FiftyOne opens: images as shown, label, prediction, verdict, regions and maps as fields.',
  async write(out, source, options) {
    await mkdir(join(out, 'data'), { recursive: true })
    await writeFile(join(out, 'metadata.json'), `${JSON.stringify({ name: source.provenance.project, media_type: 'image', info: { format: JSON_FORMAT, identifiers: options.identifiers, heatmaps: ABOUT_MAPS, provenance: source.provenance } }, null, 2)}\n`, { flag: 'wx' })
    const fieldOf = heatmapFields()
    const classes = source.provenance.model?.classes ?? []
    const counts = { files: 2, cases: 0, maps: 0 }
    let samples = 0
    await TextFile.create(join(out, 'samples.json'), async (file) => {
      await file.write('{"samples": [')
      for await (const raw of source.cases({ maps: true, signal: options.signal })) {
        const row = { ...raw, detail: identifiedCase(raw.detail, options) }
        const picture = await pictureOf(source, row, options)
        if (picture) {
          const path = `data/${String(row.detail.id).padStart(6, '0')}.png`
          await writeFile(join(out, path), displayed(picture), { flag: 'wx' })
          const heatmaps: Record<string, unknown> = {}
          for (const map of row.attributions) {
            const field = fieldOf(map, new Set(Object.keys(heatmaps)))
            const mapPath = `fields/${field}/${String(row.detail.id).padStart(6, '0')}.png`
            const { values, width, height } = mapOnImage(map, picture.columns, picture.rows, MAP_SIDE)
            await mkdir(join(out, 'fields', field), { recursive: true })
            await writeFile(join(out, mapPath), greyPng(values, width, height), { flag: 'wx' })
            heatmaps[field] = heatmap(map, mapPath, row.provenance.modelSha256)
            counts.maps++
            counts.files++
          }
          await file.write(`${samples++ === 0 ? '' : ','}\n${JSON.stringify(sample(row, path, heatmaps, classes))}`)
          counts.files++
        }
        counts.cases++
        options.onProgress?.(counts.cases, source.total)
      }
      await file.write('\n]}\n')
    })
    return counts
  },
}

async function pictureOf(source: ExportSource, { detail }: ExportCase, { signal, onItemError }: ExportOptions): Promise<ExportPicture | null> {
  return source.picture(detail.id, { signal }).catch((thrown: unknown) => {
    signal?.throwIfAborted()
    onItemError?.(detail.id, thrown)
    return null
  })
}
