import { REASONS, type CaseDetail } from '../contract/records.ts'

const VERDICT_WORDS = { 'right-reason': 'right for the right reason', 'wrong-reason': 'right for the wrong reason', wrong: 'wrong', unsure: 'unsure' } as const

/** What the case is, without an identifier: pictures travel further than tables. index.csv ties the picture to its file. */
export function pictureHeading({ label, confidence, outcome, flag, predictedClass }: CaseDetail, classes: readonly string[]): string {
  const predicted = predictedClass === null ? 'not run' : classes[predictedClass] ?? `class ${predictedClass}`
  return [
    label === null ? null : `Label: ${label}`,
    `Predicted: ${predicted}${confidence === null ? '' : ` (${confidence.toFixed(3)})`}`,
    outcome === 'correct' || outcome === 'incorrect' ? outcome : null,
    flag && `Flag: ${VERDICT_WORDS[flag.verdict]}${flag.reasons.length > 0 ? ` (${flag.reasons.map((code) => REASONS[code].toLowerCase()).join(', ')})` : ''}`,
  ].filter((part) => part !== null).join('  ·  ')
}
