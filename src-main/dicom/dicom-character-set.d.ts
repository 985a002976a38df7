declare module 'dicom-character-set' {
  /** Throws where the character set is unknown or an escape sequence is wrong. */
  export function convertBytes(specificCharacterSet: string, bytes: Uint8Array, options: { vr?: string }): string
}
