import { ReviewError } from '../../contract/errors.ts'
import type { ExportAttribution } from '../types.ts'
import { CODES, coded, OWN_SCHEME } from './codes.ts'
import { mapGeometry, type MapGeometry } from './map-geometry.ts'
import { commonModules, lossyModule, mapWords, referencedSeries, referenceTo, uidOf, type ObjectSource } from './modules.ts'
import { anyText, decimalString, dicomDateTime, longText, paragraph, shortText } from './texts.ts'
import type { DataSet } from './write-object.ts'

const PARAMETRIC_MAP = '1.2.840.10008.5.1.4.1.1.30'
const FRAME_TYPE = ['DERIVED', 'PRIMARY', 'ATTRIBUTION', 'NONE'] as const
const STACK_ID = 0x00209056
const IN_STACK_POSITION = 0x00209057
const FRAME_CONTENT = 0x00209111

/**
 * The map itself, un-normalised float32 on its own cells, as a Parametric Map (PS3.3 A.75) in the image's frame of reference. A projection radiograph has none; then the
 * frame of reference is that of the detector's plane alone, under a UID of its own, and Position Reference Indicator says so.
 * Throws `bad-parameter` where the image has no pixel spacing: a parametric map cannot be placed without one.
 */
export function parametricMap(source: ObjectSource, map: ExportAttribution, index: number): DataSet {
  const { image, row: { detail } } = source
  const geometry = mapGeometry(image, map)
  if (!geometry) throw new ReviewError('bad-parameter', 'The image has no pixel spacing, without which a DICOM parametric map cannot be placed. Export the map as a NumPy array or as a secondary capture.')
  const identity = {
    kind: 'pmap', sopClass: PARAMETRIC_MAP, modality: 'OT', seriesNumber: 9004, seriesDescription: 'RightReason: attribution maps', instanceNumber: detail.id * 100 + index + 1, of: [mapWords(map), map.computedAt, index], time: map.computedAt,
  }
  const dimension = uidOf(source, 'dimension')
  const [rows, columns] = map.grid
  return {
    ...commonModules(source, identity, [map]),
    ...lossyModule(image),
    CodingSchemeIdentificationSequence: [OWN_SCHEME],
    FrameOfReferenceUID: geometry.inPatient ? image.frameOfReferenceUid : uidOf(source, 'detector plane', image.sopInstanceUid),
    PositionReferenceIndicator: geometry.inPatient ? image.positionReference : 'DETECTOR PLANE',
    ReferencedSeriesSequence: referencedSeries([image]).map(({ SeriesInstanceUID, ReferencedSOPSequence }) => ({ SeriesInstanceUID, ReferencedInstanceSequence: ReferencedSOPSequence })),
    ImageType: FRAME_TYPE,
    ContentLabel: 'ATTRIBUTION',
    ContentDescription: longText(map.caveat),
    ContentCreatorName: 'RightReason',
    ContentQualification: 'RESEARCH',
    ImageComments: paragraph(`${mapWords(map)}. ${map.caveat}`),
    AcquisitionContextSequence: [],
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    PresentationLUTShape: 'IDENTITY',
    Rows: rows,
    Columns: columns,
    BitsAllocated: 32,
    NumberOfFrames: 1,
    BurnedInAnnotation: 'NO',
    RecognizableVisualFeatures: 'NO',
    DimensionOrganizationSequence: [{ DimensionOrganizationUID: dimension }],
    DimensionIndexSequence: [
      { DimensionOrganizationUID: dimension, DimensionIndexPointer: STACK_ID, FunctionalGroupPointer: FRAME_CONTENT, DimensionDescriptionLabel: 'Stack' },
      { DimensionOrganizationUID: dimension, DimensionIndexPointer: IN_STACK_POSITION, FunctionalGroupPointer: FRAME_CONTENT, DimensionDescriptionLabel: 'Position in stack' },
    ],
    SharedFunctionalGroupsSequence: [{
      ...placement(geometry),
      ParametricMapFrameTypeSequence: [{ FrameType: FRAME_TYPE }],
      DerivationImageSequence: [{
        DerivationDescription: paragraph(mapWords(map)),
        DerivationCodeSequence: coded(CODES.imageProcessing),
        SourceImageSequence: [{ ...referenceTo(image), PurposeOfReferenceCodeSequence: coded(CODES.sourceImage), SpatialLocationsPreserved: 'YES' }],
      }],
      PixelValueTransformationSequence: [{ RescaleIntercept: '0', RescaleSlope: '1', RescaleType: 'US' }],
      FrameVOILUTSequence: [window(map)],
      RealWorldValueMappingSequence: [meaning(map)],
    }],
    PerFrameFunctionalGroupsSequence: [{
      FrameContentSequence: [{ StackID: '1', InStackPositionNumber: 1, DimensionIndexValues: [1, 1], FrameReferenceDateTime: dicomDateTime(map.computedAt), FrameAcquisitionDuration: 0 }],
    }],
    FloatPixelData: Float32Array.from(map.values).buffer,
  }
}

function placement({ spacingMm, position, orientation }: MapGeometry): DataSet {
  return {
    PixelMeasuresSequence: [{ PixelSpacing: spacingMm.map(decimalString), SliceThickness: '1' }],
    PlanePositionSequence: [{ ImagePositionPatient: position.map(decimalString) }],
    PlaneOrientationSequence: [{ ImageOrientationPatient: orientation.map(decimalString) }],
  }
}

/** The range of the map itself; a map without a range gets the least window there is. */
function window({ min, max }: ExportAttribution): DataSet {
  const width = Math.max(max - min, 1e-30)
  return { WindowCenter: decimalString((min + max) / 2), WindowWidth: decimalString(width), VOILUTFunction: 'LINEAR_EXACT' }
}

/** What the numbers are (PS3.3 C.7.6.16.2.11): an attribution without a unit, by which method, at which layer and of which class. */
function meaning(map: ExportAttribution): DataSet {
  const text = (concept: (typeof CODES)['method' | 'layer' | 'targetClass'], value: string): DataSet => ({ ValueType: 'TEXT', ConceptNameCodeSequence: coded(concept), TextValue: anyText(value) })
  return {
    LUTLabel: shortText(map.method),
    LUTExplanation: longText(map.caveat),
    DoubleFloatRealWorldValueFirstValueMapped: map.min,
    DoubleFloatRealWorldValueLastValueMapped: map.max,
    RealWorldValueIntercept: 0,
    RealWorldValueSlope: 1,
    MeasurementUnitsCodeSequence: coded(CODES.noUnits),
    QuantityDefinitionSequence: [
      { ValueType: 'CODE', ConceptNameCodeSequence: coded(CODES.quantity), ConceptCodeSequence: coded(CODES.attribution) },
      text(CODES.method, `${map.methodName} (${map.method}) ${JSON.stringify(map.parameters)}`),
      text(CODES.layer, map.layer ?? 'none: the map lies on the input'),
      text(CODES.targetClass, map.className),
    ],
  }
}
