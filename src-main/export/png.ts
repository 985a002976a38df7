import type { CaseDetail } from '../contract/records.ts'
import { writeMapFolder } from './map-folder.ts'
import { reviewPicture } from './picture.ts'
import type { ExportFormat } from './types.ts'

const VERDICT_WORDS = { 'right-reason': 'right for the right reason', 'wrong-reason': 'right for the wrong reason', wrong: 'wrong', unsure: 'unsure' } as const

/** What the case is, without an identifier: pictures travel further than tables. index.csv ties the picture to its file. */
function heading({ label, confidence, outcome, flag }: CaseDetail, predicted: string): string {
  return [
    label === null ? null : `Label: ${label}`,
    `Predicted: ${predicted}${confidence === null ? '' : ` (${confidence.toFixed(3)})`}`,
    outcome === 'correct' || outcome === 'incorrect' ? outcome : null,
    flag && `Flag: ${VERDICT_WORDS[flag.verdict]}${flag.reasons.length > 0 ? ` (${flag.reasons.join(', ')})` : ''}`,
  ].filter((part) => part !== null).join('  ·  ')
}

export const png: ExportFormat = {
  id: 'png', name: 'Overlay pictures', extension: 'png', isFolder: true, maps: true,
  about: 'A folder: original and overlay side by side, with the caveat and the colours\' range in the picture, and index.csv.',
  write: (out, source, options) => {
    const classes = source.provenance.model?.classes ?? []
    return writeMapFolder(out, 'png', source, options, async (row, map) => {
      const { predictedClass } = row.detail
      const predicted = predictedClass === null ? 'not run' : classes[predictedClass] ?? `class ${predictedClass}`
      return reviewPicture(await source.picture(row.detail.id, { signal: options.signal }), map, heading(row.detail, predicted))
    })
  },
}
