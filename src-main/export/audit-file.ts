import type { AuditFormat } from '../contract/interchange.ts'
import type { AuditEntry } from '../contract/protocol.ts'
import { csvLine } from './csv-cells.ts'
import { TextFile } from './text-file.ts'

/** Changes when a field is taken away or changes its meaning. */
export const AUDIT_FORMAT = 'right-reason/audit@1'
const COLUMNS = ['time', 'reader', 'action', 'caseId', 'file', 'before', 'after', 'details', 'uid'] as const

const WRITERS: Readonly<Record<AuditFormat, { readonly head: string; readonly entry: (entry: AuditEntry, isFirst: boolean) => string; readonly end: string }>> = {
  csv: {
    head: csvLine(COLUMNS),
    entry: ({ time, reader, action, caseId, file, before, after, details, uid }) => csvLine([time, reader, action, caseId, file, before === null ? null : JSON.stringify(before), after === null ? null : JSON.stringify(after), JSON.stringify(details), uid]),
    end: '',
  },
  json: { head: `{"format": ${JSON.stringify(AUDIT_FORMAT)},\n"entries": [`, entry: (entry, isFirst) => `${isFirst ? '' : ','}\n${JSON.stringify(entry)}`, end: '\n]}\n' },
}

/** The log of a project, oldest first, with everything: who, when, what, before and after. It names files, readers and notes as they are. Returns how many entries. */
export async function writeAudit(out: string, format: AuditFormat, entries: AsyncIterable<AuditEntry> | Iterable<AuditEntry>): Promise<number> {
  const { head, entry, end } = WRITERS[format]
  let count = 0
  await TextFile.create(out, async (file) => {
    await file.write(head)
    for await (const one of entries) await file.write(entry(one, count++ === 0))
    await file.write(end)
  })
  return count
}
