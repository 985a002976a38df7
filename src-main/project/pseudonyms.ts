import { createHmac, randomBytes } from 'node:crypto'

const UID_ROOT = '2.25.'
const SHORT_HEX = 16

export interface Pseudonyms {
  patientId(plain: string): string
  accession(plain: string): string
  uid(plain: string): string
  reader(plain: string): string
}

/** 256 random bits in hexadecimal; they stay in the project file, so that its pseudonyms mean nothing elsewhere. */
export function newPseudonymKey(): string {
  return randomBytes(32).toString('hex')
}

/**
 * Pseudonyms by HMAC-SHA-256 with the project's key: stable within the project, and without the key neither to be reversed nor to be guessed
 * from a list of identifiers. UIDs become 2.25.<128 bits as a decimal number> (PS3.5 B.2). An absent identifier ('') stays absent.
 */
export function pseudonyms(key: string): Pseudonyms {
  const secret = Buffer.from(key, 'hex')
  const digest = (kind: string, plain: string) => createHmac('sha256', secret).update(`${kind}\0${plain}`).digest()
  const short = (kind: string, prefix: string) => (plain: string) => plain === '' ? '' : `${prefix}${digest(kind, plain).toString('hex').slice(0, SHORT_HEX).toUpperCase()}`
  return {
    patientId: short('patient', 'P-'),
    accession: short('accession', 'A-'),
    reader: short('reader', 'R-'),
    uid: (plain) => plain === '' ? '' : `${UID_ROOT}${BigInt(`0x${digest('uid', plain).subarray(0, 16).toString('hex')}`)}`,
  }
}
