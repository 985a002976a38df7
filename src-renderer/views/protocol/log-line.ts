import type { AuditEntry } from '../../../src-main/contract/protocol.ts'
import { REASONS, type ReasonCode, type Verdict } from '../../../src-main/contract/records.ts'
import { VERDICT_LABELS } from '../../stores/words.ts'

interface Said { readonly verdict?: Verdict; readonly reasons?: readonly ReasonCode[]; readonly note?: string; readonly classIndex?: number | null }

/** What changed, in a line: a verdict with its reasons and note before and after, or what else the entry tells. */
export function logLine({ action, caseId, before, after, details }: AuditEntry, className: (index: number) => string): string {
  const { classIndex } = (after ?? {}) as Said
  if (action === 'answer') return classIndex === undefined || classIndex === null ? 'cannot tell' : `sees ‘${className(classIndex)}’`
  if (caseId !== null) return `${saidText(before)} → ${saidText(after)}${details.pass === 'adjudication' ? ' (adjudication)' : details.pass === 'second' ? ' (second look)' : ''}`
  return Object.entries(details).filter(([, value]) => value !== null && value !== '').map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value).slice(0, 40)}`).join(', ')
}

function saidText(value: unknown): string {
  if (Array.isArray(value)) return value.map(saidText).join(' / ')
  const { verdict, reasons = [], note = '' } = (value ?? {}) as Said
  if (!verdict) return 'none'
  return `${VERDICT_LABELS[verdict]}${reasons.length > 0 ? ` (${reasons.map((code) => REASONS[code].toLowerCase()).join(', ')})` : ''}${note === '' ? '' : ` “${note}”`}`
}
