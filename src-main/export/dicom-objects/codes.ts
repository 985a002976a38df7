import { REASONS, VERDICTS, type Outcome, type ReasonCode, type Verdict } from '../../contract/records.ts'
import type { DataSet } from './write-object.ts'

export interface Code { readonly value: string; readonly scheme: string; readonly meaning: string }

/** What no standard has a code for: verdicts, reasons, outcomes. Declared in every object that uses it (PS3.3 C.12.1.1.4). */
const OWN = '99RIGHTREASON'
export const OWN_SCHEME: DataSet = { CodingSchemeDesignator: OWN, CodingSchemeName: 'RightReason review codes', CodingSchemeResponsibleOrganization: 'RightReason (docs/export-format.md)' }

const dcm = (value: string, meaning: string): Code => ({ value, scheme: 'DCM', meaning })
const sct = (value: string, meaning: string): Code => ({ value, scheme: 'SCT', meaning })
const own = (value: string, meaning: string): Code => ({ value, scheme: OWN, meaning })

export const CODES = {
  measurementReport: dcm('126000', 'Imaging Measurement Report'),
  language: dcm('121049', 'Language of Content Item and Descendants'),
  english: { value: 'en', scheme: 'RFC5646', meaning: 'English' },
  observerType: dcm('121005', 'Observer Type'),
  person: dcm('121006', 'Person'),
  device: dcm('121007', 'Device'),
  personName: dcm('121008', 'Person Observer Name'),
  deviceUid: dcm('121012', 'Device Observer UID'),
  deviceName: dcm('121013', 'Device Observer Name'),
  deviceManufacturer: dcm('121014', 'Device Observer Manufacturer'),
  deviceModel: dcm('121015', 'Device Observer Model Name'),
  procedureReported: dcm('121058', 'Procedure Reported'),
  imagingProcedure: sct('363679005', 'Imaging procedure'),
  imageLibrary: dcm('111028', 'Image Library'),
  imageLibraryGroup: dcm('126200', 'Image Library Group'),
  imagingMeasurements: dcm('126010', 'Imaging Measurements'),
  measurementGroup: dcm('125007', 'Measurement Group'),
  trackingIdentifier: dcm('112039', 'Tracking Identifier'),
  trackingUid: dcm('112040', 'Tracking Unique Identifier'),
  imageRegion: dcm('111030', 'Image Region'),
  originalSource: dcm('111040', 'Original Source'),
  source: sct('260753009', 'Source'),
  algorithmName: dcm('111001', 'Algorithm Name'),
  algorithmVersion: dcm('111003', 'Algorithm Version'),
  algorithmParameters: dcm('111002', 'Algorithm Parameters'),
  probability: dcm('122157', 'Probability'),
  comment: dcm('121106', 'Comment'),
  noUnits: { value: '1', scheme: 'UCUM', meaning: 'no units' },
  ofInterest: dcm('113000', 'Of Interest'),
  keyObjectDescription: dcm('113012', 'Key Object Description'),
  processingEquipment: dcm('109102', 'Processing Equipment'),
  imageProcessing: dcm('110001', 'Image Processing'),
  sourceImage: dcm('121322', 'Source image for image processing operation'),
  quantity: sct('246205007', 'Quantity'),
  verdict: own('verdict', 'Verdict on the prediction and its reason'),
  reason: own('reason', 'Wrong reason seen by the reader'),
  outcome: own('outcome', 'Prediction against label'),
  predictedClass: own('predicted', 'Predicted class'),
  label: own('label', 'Label'),
  attribution: own('attribution', 'Attribution of a class score to places of the image'),
  method: own('method', 'Attribution method'),
  layer: own('layer', 'Target layer'),
  targetClass: own('class', 'Class whose score is attributed'),
} as const satisfies Record<string, Code>

const VERDICT_MEANINGS: Readonly<Record<Verdict, string>> = { 'right-reason': 'Right for the right reason', 'wrong-reason': 'Right for the wrong reason', 'wrong': 'Wrong', 'unsure': 'Unsure' }
const OUTCOME_MEANINGS: Readonly<Record<Outcome, string>> = { 'correct': 'Correct', 'incorrect': 'Incorrect', 'unlabelled': 'No label', 'not-run': 'Not run' }
export const VERDICT_CODES = Object.fromEntries(VERDICTS.map((verdict) => [verdict, own(verdict, VERDICT_MEANINGS[verdict])])) as Readonly<Record<Verdict, Code>>
/** Code Value is SH, 16 characters: 'laterality-marker' has one more. */
export const REASON_CODES = Object.fromEntries(Object.entries(REASONS).map(([reason, meaning]) => [reason, own(reason.slice(0, 16), meaning)])) as Readonly<Record<ReasonCode, Code>>
export const OUTCOME_CODES = Object.fromEntries(Object.entries(OUTCOME_MEANINGS).map(([outcome, meaning]) => [outcome, own(outcome, meaning)])) as Readonly<Record<Outcome, Code>>

/** A code sequence's one item. */
export const coded = ({ value, scheme, meaning }: Code): readonly DataSet[] => [{ CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning }]
