import type { DataSetView } from './data-set.ts'

/** What an image may show of the patient in words, by its header: 'yes' where it says so, 'likely' where such images usually do and it says nothing. */
export type BurnedIn = 'yes' | 'likely' | 'no'

/** Modalities whose images commonly carry the patient's name or a screen's text in their pixels. */
const SCREEN_MODALITIES: ReadonlySet<string> = new Set(['US', 'IVUS', 'SC', 'OT', 'XC', 'ES', 'GM', 'ECG', 'HC', 'DOC'])
/** Conversion Type (0008,0064): made on a workstation, from a film, from video or a screen (PS3.3 C.8.6.1.1.1). */
const CONVERTED: ReadonlySet<string> = new Set(['DF', 'DRW', 'DV', 'SI', 'SD', 'WSD', 'SYN'])
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7'

/**
 * Burned In Annotation (0028,0301), else what modality, conversion, SOP class and Image Type make likely. The pixels are not looked at:
 * silence is no promise that there is no text.
 */
export function burnedInOf(dataSet: DataSetView): BurnedIn {
  const declared = dataSet.string('00280301', 'CS').toUpperCase()
  if (declared === 'YES') return 'yes'
  if (declared === 'NO') return 'no'
  const isLikely = SCREEN_MODALITIES.has(dataSet.string('00080060', 'CS').toUpperCase())
    || CONVERTED.has(dataSet.string('00080064', 'CS').toUpperCase())
    || dataSet.string('00080016', 'UI').replaceAll('\0', '').startsWith(SECONDARY_CAPTURE)
    || dataSet.strings('00080008', 'CS').some((value) => value.toUpperCase() === 'SCREEN SAVE')
  return isLikely ? 'likely' : 'no'
}

/** The warning for whoever looks at the image or hands it on; null where there is nothing to warn of. */
export function burnedInWarning(burnedIn: BurnedIn): string | null {
  return WARNINGS[burnedIn]
}

const WARNINGS: Readonly<Record<BurnedIn, string | null>> = {
  yes: 'The header says that text is burned into the image: it may name the patient, also in exported pictures.',
  likely: 'Images of this kind (secondary capture, film, video or ultrasound) often have text burned in, and the header does not say that this one has none: it may name the patient, also in exported pictures.',
  no: null,
}
