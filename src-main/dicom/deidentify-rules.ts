import type { DeidentificationOption } from '../contract/records.ts'
import { isPrivateTag } from './dictionary.ts'

/**
 * What happens to an element in the Basic Application Level Confidentiality Profile (PS3.15 annex E, table E.1-1).
 * The table of the standard names what has to go; this one names what may stay, and everything else goes: an element that the
 * standard adds later, or that a vendor makes up, cannot slip through.
 */
export type Action =
  /** copied */
  | 'keep'
  /** left out (X) */
  | 'remove'
  /** zero length (Z): readers demand its presence */
  | 'empty'
  /** replaced by a UID that is the same for the same UID (U) */
  | 'uid'
  /** replaced by the pseudonym (D) */
  | 'pseudonym'
  /** a sequence whose items are treated by the same rules */
  | 'items'

/** The options of PS3.15 E.3 that this program offers, with their codes. */
export const DEIDENTIFICATION_CODES: Readonly<Record<DeidentificationOption, { readonly code: string; readonly meaning: string }>> = {
  retainPatientCharacteristics: { code: '113108', meaning: 'Retain Patient Characteristics Option' },
  retainDeviceIdentity: { code: '113109', meaning: 'Retain Device Identity Option' },
  retainInstitutionIdentity: { code: '113112', meaning: 'Retain Institution Identity Option' },
}

const EXACT: Readonly<Record<string, Action>> = {
  '00080005': 'keep', // Specific Character Set
  '00080008': 'keep', // Image Type
  '00080016': 'keep', // SOP Class UID
  '00080018': 'uid', // SOP Instance UID
  '00080020': 'empty', // Study Date
  '00080030': 'empty', // Study Time
  '00080050': 'empty', // Accession Number
  '00080060': 'keep', // Modality
  '00080064': 'keep', // Conversion Type
  '00080068': 'keep', // Presentation Intent Type
  '00080090': 'empty', // Referring Physician's Name
  '00080100': 'keep', // Code Value, and its scheme and meaning, of the sequences below
  '00080102': 'keep',
  '00080104': 'keep',
  '00082218': 'items', // Anatomic Region Sequence
  '00100010': 'pseudonym', // Patient's Name
  '00100020': 'pseudonym', // Patient ID
  '00100030': 'empty', // Patient's Birth Date
  '00100040': 'empty', // Patient's Sex
  '0020000d': 'uid', // Study Instance UID
  '0020000e': 'uid', // Series Instance UID
  '00200010': 'empty', // Study ID
  '00200052': 'uid', // Frame of Reference UID
  '00281055': 'keep', // Window Center & Width Explanation
  '00283000': 'items', // Modality LUT Sequence
  '00283003': 'keep', // LUT Explanation
  '00283004': 'keep', // Modality LUT Type
  '00283010': 'items', // VOI LUT Sequence
  '00281054': 'keep', // Rescale Type
  '00289110': 'items', // Pixel Measures Sequence
  '00289132': 'items', // Frame VOI LUT Sequence
  '00289145': 'items', // Pixel Value Transformation Sequence
  '00209071': 'items', // Frame Anatomy Sequence
  '00209113': 'items', // Plane Position Sequence
  '00209116': 'items', // Plane Orientation Sequence
  '00540220': 'items', // View Code Sequence
  '00540222': 'items', // View Modifier Code Sequence
  '52009229': 'items', // Shared Functional Groups Sequence
  '52009230': 'items', // Per-frame Functional Groups Sequence
}

/** Tag → the option that keeps it. */
const RETAINED: Readonly<Record<string, DeidentificationOption>> = {
  '00100040': 'retainPatientCharacteristics', // Patient's Sex
  '00101010': 'retainPatientCharacteristics', // Patient's Age
  '00101020': 'retainPatientCharacteristics', // Patient's Size
  '00101030': 'retainPatientCharacteristics', // Patient's Weight
  '00080070': 'retainDeviceIdentity', // Manufacturer
  '00081010': 'retainDeviceIdentity', // Station Name
  '00081090': 'retainDeviceIdentity', // Manufacturer's Model Name
  '00181000': 'retainDeviceIdentity', // Device Serial Number
  '00181020': 'retainDeviceIdentity', // Software Versions
  '00080080': 'retainInstitutionIdentity', // Institution Name
  '00081040': 'retainInstitutionIdentity', // Institutional Department Name
}

/** Groups that describe acquisition, position and pixels: their numbers and coded strings say nothing of a person. */
const TECHNICAL_GROUPS: ReadonlySet<string> = new Set(['0018', '0020', '0028', '0054', '2050'])
const TECHNICAL_VRS: ReadonlySet<string> = new Set(['AT', 'CS', 'DS', 'FD', 'FL', 'IS', 'SL', 'SS', 'UL', 'US'])
/** Look-up tables and palettes (0028,1200…1223), (0028,3006). */
const TABLE_DATA = /^0028(12[0-2][0-4]|3006)$/

export function actionFor(tag: string, vr: string, options: ReadonlySet<DeidentificationOption>): Action {
  if (isPrivateTag(tag)) return 'remove'
  const option = RETAINED[tag]
  if (option && options.has(option)) return 'keep'
  const exact = EXACT[tag]
  if (exact) return exact
  if (TABLE_DATA.test(tag)) return 'keep'
  return TECHNICAL_GROUPS.has(tag.slice(0, 4)) && TECHNICAL_VRS.has(vr) ? 'keep' : 'remove'
}
