import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ReviewError } from '../contract/errors.ts'
import { EXPORT_FORMATS } from './formats.ts'
import type { ExportFormat, ExportOptions, ExportResult, ExportSource } from './types.ts'

/**
 * Writes an export. It is made beside its place under a name of its own and moved there when it is whole: what was at the path
 * stays until then, and a cancelled or failed export leaves nothing behind.
 *
 * Throws `unknown-format`, `file-unwritable`, `disk-full`, `cancelled`, and what the source throws.
 */
export async function runExport(formatId: string, source: ExportSource, options: ExportOptions): Promise<ExportResult> {
  const format = EXPORT_FORMATS.find(({ id }) => id === formatId)
  if (!format) throw new ReviewError('unknown-format', `There is no export format '${formatId}'. The formats are: ${EXPORT_FORMATS.map(({ id }) => id).join(', ')}.`)
  const { out } = options
  const beside = join(dirname(out), `.${basename(out)}.${randomUUID().slice(0, 8)}.part`)
  try {
    await mkdir(dirname(out), { recursive: true })
    await refuseToOverwrite(format, options)
    const result = await format.write(beside, source, options)
    await moveInto(beside, out, format)
    return { ...result, path: out }
  } catch (thrown) {
    await rm(beside, { recursive: true, force: true }).catch(() => {})
    if (options.signal?.aborted) throw new ReviewError('cancelled', 'The export was cancelled. Nothing was written.', { cause: thrown })
    throw writeError(thrown, out)
  }
}

/** An empty folder may be written into; a file or a folder with something in it only where the user said so. */
async function refuseToOverwrite(format: ExportFormat, { out, overwrite }: ExportOptions): Promise<void> {
  const there = await stat(out).catch(() => null)
  if (there === null) return
  if (there.isDirectory() !== format.isFolder) throw new ReviewError('file-unwritable', `${out} is a ${there.isDirectory() ? 'folder' : 'file'}, and this format writes a ${format.isFolder ? 'folder' : 'file'}. Choose another path.`)
  if (overwrite || (there.isDirectory() && (await readdir(out)).length === 0)) return
  throw new ReviewError('file-unwritable', `${out} exists already. Choose another path, or say that it may be replaced (--overwrite).`, { details: { exists: true } })
}

/** A folder cannot be moved over another: the old one steps aside first, and comes back if the move fails. */
async function moveInto(from: string, to: string, format: ExportFormat): Promise<void> {
  if (!format.isFolder) return rename(from, to)
  const aside = `${from}.old`
  const hadOne = await rename(to, aside).then(() => true, () => false)
  try {
    await rename(from, to)
  } catch (thrown) {
    if (hadOne) await rename(aside, to)
    throw thrown
  }
  if (hadOne) await rm(aside, { recursive: true })
}

function writeError(thrown: unknown, out: string): unknown {
  const { code, message } = thrown as NodeJS.ErrnoException
  if (thrown instanceof ReviewError || code === undefined) return thrown
  if (code === 'ENOSPC' || code === 'EDQUOT') return new ReviewError('disk-full', `There is no room for ${out}. Free some space or choose another disk; nothing was written, and the project is as it was.`, { cause: thrown })
  return new ReviewError('file-unwritable', `Cannot write ${out}: ${message}. Choose another path.`, { cause: thrown })
}
