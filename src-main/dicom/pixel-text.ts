import { colourLuminance, displayedLuminance } from '../display/grayscale.ts'
import { findTextLines } from '../image/text-lines.ts'
import type { Frame } from './frame.ts'

/** Lines of what looks like text in a frame as it is displayed (image/text-lines.ts says what is found and what is not). */
export function countTextLines({ stored, grayscale, rows, columns, bitsStored }: Frame): number {
  const data = grayscale ? displayedLuminance(stored, grayscale) : colourLuminance(stored, bitsStored)
  return findTextLines({ data, rows, columns }).length
}

/** The frame with a notice where something in its pixels looks like text. Only the first frame is looked at: text stands on all of a file's, and stepping through them stays quick. */
export function withTextNotice(frame: Frame): Frame {
  const message = frame.frameIndex === 0 ? textWarning(countTextLines(frame)) : null
  return message === null ? frame : { ...frame, notices: [...frame.notices, { code: 'text-in-pixels', message }] }
}

/** null where no lines were found, which is no promise that there are none. */
export function textWarning(lines: number): string | null {
  if (lines === 0) return null
  return `The pixels show what looks like text (${lines} line${lines === 1 ? '' : 's'}): it may name the patient, also in exported pictures.`
}
