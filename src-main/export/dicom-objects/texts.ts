/** Values of text VRs (PS3.5 6.2) from texts that people typed: control characters and the backslash, which separates values, are replaced, and what is too long is cut. */

const CONTROL = /[\u0000-\u001f\u007f]+/g

/** Cut to `most` bytes of UTF-8: the standard counts characters, but readers and validators count bytes. */
function oneLine(text: string, most: number): string {
  const plain = text.replace(CONTROL, ' ').replaceAll('\\', '/').trim()
  if (Buffer.byteLength(plain) <= most) return plain
  let cut = ''
  for (const character of plain) {
    if (Buffer.byteLength(cut) + Buffer.byteLength(character) > most - 3) break
    cut += character
  }
  return `${cut.trimEnd()}...`
}

/** SH: 16 characters */
export const shortText = (text: string): string => oneLine(text, 16)
/** LO: 64 characters */
export const longText = (text: string): string => oneLine(text, 64)
/** ST: 1024 characters; the backslash is no separator here, but readers disagree */
export const paragraph = (text: string): string => oneLine(text, 1024)
/** UT and UC: as long as it is; line ends stay */
export const anyText = (text: string): string => text.split(/\r\n|\r|\n/).map((line) => oneLine(line, 10_000)).join('\r\n').trim()

/** PN of a name that is no more than a text: all of it is the family name. A caret would divide it, and = begins another script's group. */
export const personName = (name: string): string => longText(name.replace(/[\^=]/g, ' ')) || 'unnamed'

/** DA and TM of an ISO 8601 time in UTC. */
export const dicomDate = (iso: string): string => iso.slice(0, 10).replaceAll('-', '')
export const dicomTime = (iso: string): string => iso.slice(11, 19).replaceAll(':', '')
/** DT with its offset */
export const dicomDateTime = (iso: string): string => `${dicomDate(iso)}${dicomTime(iso)}+0000`

/** DS: a decimal of at most 16 characters */
export function decimalString(value: number): string {
  for (let digits = 17; digits > 1; digits--) {
    const text = String(Number(value.toPrecision(digits)))
    if (text.length <= 16) return text
  }
  return value.toExponential(6)
}
