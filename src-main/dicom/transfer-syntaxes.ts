/** How the frames of a transfer syntax are packed. `native`: not compressed, one element for all frames; `loose`: not compressed, a piece for each frame. */
export type Packing = 'native' | 'loose' | 'deflate' | 'rle' | 'jpeg' | 'jpeg-ls' | 'jpeg2000' | 'htj2k'

export interface TransferSyntax {
  readonly uid: string
  readonly name: string
  readonly packing: Packing
  readonly implicitVr: boolean
  readonly bigEndian: boolean
  readonly deflated: boolean
  /** the syntax allows loss; whether this image lost anything is told by (0028,2110) */
  readonly lossy: boolean
}

type Row = readonly [uid: string, name: string, packing: Packing, traits?: Partial<TransferSyntax>]

/** Every transfer syntax that this program reads (PS3.5 annex A, PS3.6 annex A). What is missing here is refused by name. */
const ROWS: readonly Row[] = [
  ['1.2.840.10008.1.2', 'Implicit VR Little Endian', 'native', { implicitVr: true }],
  ['1.2.840.10008.1.2.1', 'Explicit VR Little Endian', 'native'],
  ['1.2.840.10008.1.2.1.99', 'Deflated Explicit VR Little Endian', 'native', { deflated: true }],
  ['1.2.840.10008.1.2.2', 'Explicit VR Big Endian', 'native', { bigEndian: true }],
  ['1.2.840.10008.1.2.1.98', 'Encapsulated Uncompressed Explicit VR Little Endian', 'loose'],
  ['1.2.840.10008.1.2.8.1', 'Deflated Image Frame Compression', 'deflate'],
  ['1.2.840.10008.1.2.5', 'RLE Lossless', 'rle'],
  ['1.2.840.10008.1.2.4.50', 'JPEG Baseline (Process 1)', 'jpeg', { lossy: true }],
  ['1.2.840.10008.1.2.4.51', 'JPEG Extended (Process 2 and 4)', 'jpeg', { lossy: true }],
  // Retired in 2000, still in archives.
  ['1.2.840.10008.1.2.4.53', 'JPEG Spectral Selection (Process 6 and 8)', 'jpeg', { lossy: true }],
  ['1.2.840.10008.1.2.4.55', 'JPEG Full Progression (Process 10 and 12)', 'jpeg', { lossy: true }],
  ['1.2.840.10008.1.2.4.57', 'JPEG Lossless (Process 14)', 'jpeg'],
  ['1.2.840.10008.1.2.4.70', 'JPEG Lossless (Process 14, Selection Value 1)', 'jpeg'],
  ['1.2.840.10008.1.2.4.80', 'JPEG-LS Lossless', 'jpeg-ls'],
  ['1.2.840.10008.1.2.4.81', 'JPEG-LS Near-Lossless', 'jpeg-ls', { lossy: true }],
  ['1.2.840.10008.1.2.4.90', 'JPEG 2000 (Lossless Only)', 'jpeg2000'],
  ['1.2.840.10008.1.2.4.91', 'JPEG 2000', 'jpeg2000', { lossy: true }],
  ['1.2.840.10008.1.2.4.201', 'High-Throughput JPEG 2000 (Lossless Only)', 'htj2k'],
  ['1.2.840.10008.1.2.4.202', 'High-Throughput JPEG 2000 with RPCL Options (Lossless Only)', 'htj2k'],
  ['1.2.840.10008.1.2.4.203', 'High-Throughput JPEG 2000', 'htj2k', { lossy: true }],
]

export const TRANSFER_SYNTAXES: ReadonlyMap<string, TransferSyntax> = new Map(
  ROWS.map(([uid, name, packing, traits]) => [
    uid,
    { uid, name, packing, implicitVr: false, bigEndian: false, deflated: false, lossy: false, ...traits },
  ]),
)

/** Known by name but not read, so that the message can say what it is instead of a number. */
const UNREAD_NAMES: Readonly<Record<string, string>> = {
  '1.2.840.10008.1.2.4.52': 'JPEG Extended, arithmetic coding (Process 3 and 5)',
  '1.2.840.10008.1.2.4.54': 'JPEG Spectral Selection, arithmetic coding (Process 7 and 9)',
  '1.2.840.10008.1.2.4.56': 'JPEG Full Progression, arithmetic coding (Process 11 and 13)',
  '1.2.840.10008.1.2.4.58': 'JPEG Lossless, arithmetic coding (Process 15)',
  '1.2.840.10008.1.2.4.59': 'JPEG Extended, hierarchical (Process 16 and 18)',
  '1.2.840.10008.1.2.4.60': 'JPEG Extended, hierarchical, arithmetic coding (Process 17 and 19)',
  '1.2.840.10008.1.2.4.61': 'JPEG Spectral Selection, hierarchical (Process 20 and 22)',
  '1.2.840.10008.1.2.4.62': 'JPEG Spectral Selection, hierarchical, arithmetic coding (Process 21 and 23)',
  '1.2.840.10008.1.2.4.63': 'JPEG Full Progression, hierarchical (Process 24 and 26)',
  '1.2.840.10008.1.2.4.64': 'JPEG Full Progression, hierarchical, arithmetic coding (Process 25 and 27)',
  '1.2.840.10008.1.2.4.65': 'JPEG Lossless, hierarchical (Process 28)',
  '1.2.840.10008.1.2.4.66': 'JPEG Lossless, hierarchical, arithmetic coding (Process 29)',
  '1.2.840.10008.1.2.4.92': 'JPEG 2000 Part 2 Multi-component (Lossless Only)',
  '1.2.840.10008.1.2.4.93': 'JPEG 2000 Part 2 Multi-component',
  '1.2.840.10008.1.2.4.94': 'JPIP Referenced',
  '1.2.840.10008.1.2.4.95': 'JPIP Referenced Deflate',
  '1.2.840.10008.1.2.4.100': 'MPEG2 Main Profile / Main Level',
  '1.2.840.10008.1.2.4.101': 'MPEG2 Main Profile / High Level',
  '1.2.840.10008.1.2.4.100.1': 'Fragmentable MPEG2 Main Profile / Main Level',
  '1.2.840.10008.1.2.4.101.1': 'Fragmentable MPEG2 Main Profile / High Level',
  '1.2.840.10008.1.2.4.102': 'MPEG-4 AVC/H.264 High Profile / Level 4.1',
  '1.2.840.10008.1.2.4.103': 'MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1',
  '1.2.840.10008.1.2.4.102.1': 'Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.1',
  '1.2.840.10008.1.2.4.103.1': 'Fragmentable MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1',
  '1.2.840.10008.1.2.4.104': 'MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video',
  '1.2.840.10008.1.2.4.104.1': 'Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video',
  '1.2.840.10008.1.2.4.105': 'MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video',
  '1.2.840.10008.1.2.4.105.1': 'Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video',
  '1.2.840.10008.1.2.4.106': 'MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2',
  '1.2.840.10008.1.2.4.106.1': 'Fragmentable MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2',
  '1.2.840.10008.1.2.4.107': 'HEVC/H.265 Main Profile / Level 5.1',
  '1.2.840.10008.1.2.4.108': 'HEVC/H.265 Main 10 Profile / Level 5.1',
  '1.2.840.10008.1.2.4.110': 'JPEG XL Lossless',
  '1.2.840.10008.1.2.4.111': 'JPEG XL JPEG Recompression',
  '1.2.840.10008.1.2.4.112': 'JPEG XL',
  '1.2.840.10008.1.2.4.204': 'JPIP HTJ2K Referenced',
  '1.2.840.10008.1.2.4.205': 'JPIP HTJ2K Referenced Deflate',
  '1.2.840.10008.1.2.6.1': 'RFC 2557 MIME Encapsulation',
  '1.2.840.10008.1.2.6.2': 'XML Encoding',
  '1.2.840.10008.1.2.7.1': 'SMPTE ST 2110-20 Uncompressed Progressive Active Video',
  '1.2.840.10008.1.2.7.2': 'SMPTE ST 2110-20 Uncompressed Interlaced Active Video',
  '1.2.840.10008.1.2.7.3': 'SMPTE ST 2110-30 PCM Digital Audio',
  '1.2.840.113619.5.2': 'GE Private Implicit VR Big Endian',
}

/** The name of any transfer syntax that is known by name, else its UID. */
export function transferSyntaxName(uid: string): string {
  return TRANSFER_SYNTAXES.get(uid)?.name ?? UNREAD_NAMES[uid] ?? uid
}
