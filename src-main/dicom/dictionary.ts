import { DICTIONARY_ENTRIES } from './dictionary-entries.ts'

export interface DictionaryEntry {
  /** one VR, or alternatives such as 'US|SS' that the image decides */
  readonly vr: string
  readonly name: string
}

let entries: Map<string, DictionaryEntry> | undefined

function load(): Map<string, DictionaryEntry> {
  const table = new Map<string, DictionaryEntry>()
  for (const line of DICTIONARY_ENTRIES.trim().split('\n')) {
    const [tag, vr] = line.split(' ', 2)
    table.set(tag, { vr, name: line.slice(tag.length + vr.length + 2) })
  }
  return table
}

/** The entry of PS3.6 for a tag of eight hexadecimal digits in lower case, or undefined (private and unknown elements). */
export function lookUpTag(tag: string): DictionaryEntry | undefined {
  entries ??= load()
  const found = entries.get(tag)
  if (found) return found
  if (tag.startsWith('60') || tag.startsWith('50')) return entries.get(`${tag.slice(0, 2)}xx${tag.slice(4)}`)
  if (tag.endsWith('0000')) return { vr: 'UL', name: 'Group Length' }
  return isPrivateCreator(tag) ? { vr: 'LO', name: 'Private Creator' } : undefined
}

/** Odd group number: a private element (PS3.5 7.8). */
export function isPrivateTag(tag: string): boolean {
  return parseInt(tag[3], 16) % 2 === 1
}

function isPrivateCreator(tag: string): boolean {
  return isPrivateTag(tag) && tag.startsWith('00', 4) && parseInt(tag.slice(6), 16) >= 0x10
}

/** '00280010' as the standard writes it: '(0028,0010)'. */
export function formatTag(tag: string): string {
  return `(${tag.slice(0, 4)},${tag.slice(4)})`.toUpperCase()
}
