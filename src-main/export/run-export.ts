import { ReviewError } from '../contract/errors.ts'
import { EXPORT_FORMATS } from './formats.ts'
import type { ExportOptions, ExportResult, ExportSource } from './types.ts'
import { writeWhole } from './write-whole.ts'

/** Writes an export as a whole or not at all. Throws `unknown-format`, what `writeWhole` throws, and what the source throws. */
export async function runExport(formatId: string, source: ExportSource, options: ExportOptions): Promise<ExportResult> {
  const format = EXPORT_FORMATS.find(({ id }) => id === formatId)
  if (!format) throw new ReviewError('unknown-format', `There is no export format '${formatId}'. The formats are: ${EXPORT_FORMATS.map(({ id }) => id).join(', ')}.`)
  const { overwrite, signal } = options
  return writeWhole(options.out, { isFolder: format.isFolder, overwrite, signal }, (beside) => format.write(beside, source, options))
}
