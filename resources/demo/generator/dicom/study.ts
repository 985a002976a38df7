import { createHash } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { DEVICES, siteOf } from '../equipment.ts'
import type { StoredImage } from '../presentation.ts'
import { randomStream } from '../random.ts'
import type { Subject } from '../subject.ts'
import { writeDataSet, writeEncapsulated, type Element } from './elements.ts'
import { SYNTAXES } from './syntaxes.ts'

/** Digital X-Ray Image Storage, for presentation, and Computed Radiography Image Storage (PS3.4 B.5) */
const SOP_CLASSES = { DX: '1.2.840.10008.5.1.4.1.1.1.1', CR: '1.2.840.10008.5.1.4.1.1.1' } as const
/** nobody was examined on any of these days */
const YEAR = 2020
const PIXEL_DATA = 0x7fe00010

/** A DICOM Part 10 file (PS3.10) of the subject's image. */
export async function writeStudy(subject: Subject, image: StoredImage): Promise<Buffer> {
  const syntax = SYNTAXES[image.syntax]
  const header = writeDataSet(headerElements(subject, image))
  const pixels = syntax.encode
    ? writeEncapsulated(PIXEL_DATA, await syntax.encode(image))
    : writeDataSet([[PIXEL_DATA, image.bitsStored > 8 ? 'OW' : 'OB', new Uint8Array(image.values.buffer, image.values.byteOffset, image.values.byteLength)]])
  const dataSet = Buffer.concat([header, pixels])
  const body = syntax.deflated ? deflated(dataSet) : dataSet
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM', 'latin1'), fileMeta(subject, syntax.uid), body])
}

/** PS3.5 A.5: raw deflate, padded to an even length. */
function deflated(dataSet: Buffer): Buffer {
  const packed = deflateRawSync(dataSet, { level: 9 })
  return packed.length % 2 ? Buffer.concat([packed, Buffer.alloc(1)]) : packed
}

function fileMeta(subject: Subject, transferSyntax: string): Buffer {
  const group = writeDataSet([
    [0x00020001, 'OB', Uint8Array.of(0, 1)],
    [0x00020002, 'UI', SOP_CLASSES[DEVICES[subject.device].modality]],
    [0x00020003, 'UI', uid(subject, 'instance')],
    [0x00020010, 'UI', transferSyntax],
    [0x00020012, 'UI', '2.25.151236587405190283746501928374650192837'],
    [0x00020013, 'SH', 'RIGHTREASON_DEMO'],
  ])
  return Buffer.concat([writeDataSet([[0x00020000, 'UL', group.length]]), group])
}

/** A UUID-derived UID (PS3.5 B.2) that the seed, the subject and the purpose determine. */
export function uid(subject: Subject, purpose: string): string {
  const digest = createHash('sha256').update(`right-reason demo/${subject.seed}/${subject.index}/${purpose}`).digest('hex').slice(0, 32)
  return `2.25.${BigInt(`0x${digest}`)}`
}

function headerElements(subject: Subject, image: StoredImage): Element[] {
  const random = randomStream(subject.seed, subject.index, 'header')
  const device = DEVICES[subject.device]
  const site = siteOf(subject)
  const number = String(subject.index).padStart(3, '0')
  const date = `${YEAR}${String(random.integer(1, 12)).padStart(2, '0')}${String(random.integer(1, 28)).padStart(2, '0')}`
  const time = [random.integer(7, 18), random.integer(0, 59), random.integer(0, 59)].map((part) => String(part).padStart(2, '0')).join('')
  const birthYear = YEAR - subject.ageYears
  const spacingMm = (image.pixelCm * 10).toFixed(4)
  return [
    [0x00080005, 'CS', 'ISO_IR 100'],
    [0x00080008, 'CS', 'ORIGINAL\\PRIMARY'],
    [0x00080016, 'UI', SOP_CLASSES[device.modality]],
    [0x00080018, 'UI', uid(subject, 'instance')],
    ...([0x00080020, 0x00080021, 0x00080022, 0x00080023] as const).map((tag): Element => [tag, 'DA', date]),
    ...([0x00080030, 0x00080031, 0x00080032, 0x00080033] as const).map((tag): Element => [tag, 'TM', time]),
    [0x00080050, 'SH', `ACC${subject.seed}-${number}`],
    [0x00080060, 'CS', device.modality],
    [0x00080070, 'LO', device.manufacturer],
    [0x00080080, 'LO', site.institution],
    [0x00080090, 'PN', null],
    [0x00081010, 'SH', `${site.station}${subject.device === 'flat-panel' ? 1 : 2}`],
    [0x00081030, 'LO', 'Chest radiograph (phantom)'],
    [0x0008103e, 'LO', `Chest ${subject.view}`],
    [0x00081090, 'LO', device.model],
    [0x00100010, 'PN', `PHANTOM^${number}`],
    [0x00100020, 'LO', `DEMO-${number}`],
    [0x00100030, 'DA', `${birthYear}0101`],
    [0x00100040, 'CS', subject.sex],
    [0x00101010, 'AS', `${String(subject.ageYears).padStart(3, '0')}Y`],
    [0x00180015, 'CS', 'CHEST'],
    [0x00180060, 'DS', subject.view === 'PA' ? '120' : '90'],
    [0x00181164, 'DS', `${spacingMm}\\${spacingMm}`],
    [0x00185101, 'CS', subject.view],
    [0x0020000d, 'UI', uid(subject, 'study')],
    [0x0020000e, 'UI', uid(subject, 'series')],
    [0x00200010, 'SH', `S${number}`],
    [0x00200011, 'IS', '1'],
    [0x00200013, 'IS', '1'],
    [0x00200020, 'CS', 'L\\F'],
    [0x00280002, 'US', 1],
    [0x00280004, 'CS', image.inverted ? 'MONOCHROME1' : 'MONOCHROME2'],
    [0x00280010, 'US', image.rows],
    [0x00280011, 'US', image.columns],
    [0x00280100, 'US', image.bitsStored > 8 ? 16 : 8],
    [0x00280101, 'US', image.bitsStored],
    [0x00280102, 'US', image.bitsStored - 1],
    [0x00280103, 'US', 0],
    // PS3.3 C.7.6.1.1.9 asks of text that identifies the patient: a laterality marker does not
    [0x00280301, 'CS', 'NO'],
    ...windowElements(image),
    ...(device.modality === 'DX' ? digitalXRay(image) : []),
  ]
}

function windowElements({ windows }: StoredImage): Element[] {
  if (windows.length === 0) return []
  const shape: Element[] = windows[0].function === 'LINEAR' ? [] : [[0x00281056, 'CS', windows[0].function]]
  return [
    [0x00281050, 'DS', windows.map(({ center }) => center).join('\\')],
    [0x00281051, 'DS', windows.map(({ width }) => width).join('\\')],
    [0x00281055, 'LO', windows.map(({ explanation }) => explanation).join('\\')],
    ...shape,
  ]
}

/** What the DX image module asks for beyond CR (PS3.3 C.8.11.1 and C.8.11.3). */
function digitalXRay(image: StoredImage): Element[] {
  return [
    [0x00080068, 'CS', 'FOR PRESENTATION'],
    [0x00200062, 'CS', 'U'],
    [0x00281040, 'CS', 'LOG'],
    [0x00281041, 'SS', image.inverted ? 1 : -1],
    [0x00281052, 'DS', '0'],
    [0x00281053, 'DS', '1'],
    [0x00281054, 'LO', 'US'],
    [0x00282110, 'CS', '00'],
    [0x20500020, 'CS', image.inverted ? 'INVERSE' : 'IDENTITY'],
  ]
}
