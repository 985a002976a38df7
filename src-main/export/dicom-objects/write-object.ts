/** An attribute's value by its keyword: text, numbers, bytes, or the items of a sequence. */
export type DicomValue = string | number | ArrayBuffer | readonly (string | number)[] | readonly DataSet[]
/** A data set by the keywords of PS3.6. `undefined` leaves the attribute out, '' writes it without a value (type 2). */
export interface DataSet { readonly [keyword: string]: DicomValue | undefined }

const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1'
const IMPLEMENTATION = '2.25.203417526881245962190344170412583310573'

/** A DICOM file (PS3.10) in explicit VR little endian. dcmjs is read when the first object is written: most sessions write none. */
export async function dicomFileOf(dataSet: DataSet): Promise<Uint8Array> {
  const { default: dcmjs } = await import('dcmjs')
  dcmjs.log.setLevel('error')
  const { DicomMetaDictionary, DicomDict } = dcmjs.data
  const file = new DicomDict(DicomMetaDictionary.denaturalizeDataset({
    FileMetaInformationVersion: Uint8Array.of(0, 1).buffer,
    MediaStorageSOPClassUID: dataSet.SOPClassUID,
    MediaStorageSOPInstanceUID: dataSet.SOPInstanceUID,
    TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
    ImplementationClassUID: IMPLEMENTATION,
  }))
  for (const keyword of keywordsOf(dataSet)) if (!DicomMetaDictionary.nameMap[keyword]) throw new Error(`There is no DICOM attribute '${keyword}'.`)
  file.dict = DicomMetaDictionary.denaturalizeDataset({ _vrMap: { PixelData: 'OB' }, ...present({ SpecificCharacterSet: 'ISO_IR 192', ...dataSet }) })
  return new Uint8Array(file.write({ fragmentMultiframe: false }))
}

const isItems = (value: unknown): value is readonly DataSet[] => Array.isArray(value) && value.some((entry) => typeof entry === 'object' && entry !== null)

/** Without the attributes that are left out, in the items too; dcmjs would write them empty. */
function present(dataSet: DataSet): Record<string, DicomValue> {
  return Object.fromEntries(Object.entries(dataSet).flatMap(([keyword, value]) => value === undefined ? [] : [[keyword, isItems(value) ? value.map(present) : value]]))
}

/** dcmjs leaves out what its dictionary lacks without a word; a slip of the pen has to be heard. */
function keywordsOf(dataSet: DataSet): string[] {
  return Object.entries(dataSet).flatMap(([keyword, value]) => [keyword, ...(isItems(value) ? value.flatMap(keywordsOf) : [])])
}
