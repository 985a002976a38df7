import { REASONS, type CaseDetail } from '../contract/records.ts'
import { labelledRegions, REGION_LABELS, type LabelledRegion } from './flag-regions.ts'
import { identifiedCase } from './identifiers.ts'
import { TextFile } from './text-file.ts'
import type { ExportFormat } from './types.ts'

const CATEGORIES = REGION_LABELS.map((name, index) => ({ id: index + 1, name, supercategory: 'reason', description: name === 'unspecified' ? 'No reason given' : REASONS[name] }))

function imageRecord({ id, file, rows, columns, sopInstanceUid, outcome, label }: CaseDetail) {
  return { id, file_name: file, width: columns, height: rows, sop_instance_uid: sopInstanceUid, outcome, label }
}

/** `segmentation` is the rectangle as a polygon, clockwise from the upper left corner. */
function annotationRecord(id: number, { flag, id: caseId }: CaseDetail, { label, region: { x, y, width, height } }: LabelledRegion) {
  const { verdict, note, reader, time } = flag!
  return {
    id, image_id: caseId, category_id: REGION_LABELS.indexOf(label) + 1, bbox: [x, y, width, height], area: width * height, iscrowd: 0,
    segmentation: [[x, y, x + width, y, x + width, y + height, x, y + height]],
    attributes: { verdict, note, reader, time },
  }
}

/** The detection format of COCO (https://cocodataset.org/#format-data), with reasons as categories. Cases without an image are left out. */
export const coco: ExportFormat = {
  id: 'coco', name: 'COCO regions', extension: 'json', isFolder: false, maps: false,
  leaves: { kind: 'table', pixels: false, files: () => 1, fields: () => ['file_name', 'width', 'height', 'sop_instance_uid', 'outcome', 'label', 'regions with reason, verdict, note, reader and time'] },
  about: 'The readers\' regions as boxes and polygons, a category a reason, in the JSON of COCO. For annotation tools and detectors.',
  async write(out, source, options) {
    const annotations: string[] = []
    let cases = 0
    let images = 0
    await TextFile.create(out, async (file) => {
      const { project, version, model } = source.provenance
      const info = { description: `Regions flagged by readers of '${project}'`, version, contributor: 'right-reason', identifiers: options.identifiers, model: model && { file: model.file, sha256: model.sha256 } }
      await file.write(`{"info": ${JSON.stringify(info)},\n"licenses": [],\n"categories": ${JSON.stringify(CATEGORIES)},\n"images": [`)
      for await (const row of source.cases({ maps: false, signal: options.signal })) {
        const detail = identifiedCase(row.detail, options)
        cases++
        if (detail.rows !== null && detail.columns !== null) {
          await file.write(`${images++ === 0 ? '' : ','}\n${JSON.stringify(imageRecord(detail))}`)
          for (const region of labelledRegions(detail)) annotations.push(JSON.stringify(annotationRecord(annotations.length + 1, detail, region)))
        }
        options.onProgress?.(cases, source.total)
      }
      await file.write(`\n],\n"annotations": [${annotations.map((text) => `\n${text}`).join(',')}\n]}\n`)
    })
    return { files: 1, cases, maps: 0 }
  },
}
