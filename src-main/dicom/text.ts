import { convertBytes } from 'dicom-character-set'

const latin1 = new TextDecoder('latin1')
/** VRs to which Specific Character Set applies (PS3.5 6.1.2.3); the others are ASCII. */
const CHARACTER_SET_VRS: ReadonlySet<string> = new Set(['SH', 'LO', 'ST', 'LT', 'UC', 'UT', 'PN', 'UN'])

/**
 * Bytes of a text value as a string, by the defined terms of (0008,0005) including code extensions (ISO 2022).
 * An unknown character set or a wrong escape sequence falls back to Latin-1: text is shown, never refused.
 */
export function decodeText(bytes: Uint8Array, characterSet: string, vr: string): string {
  if (characterSet === '' || !CHARACTER_SET_VRS.has(vr) || isAscii(bytes)) return latin1.decode(bytes)
  try {
    return convertBytes(characterSet, bytes, { vr })
  } catch {
    return latin1.decode(bytes)
  }
}

function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80 && byte !== 0x1b)
}
