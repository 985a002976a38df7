import { coded, type Code } from './codes.ts'
import { anyText, personName } from './texts.ts'
import type { DataSet } from './write-object.ts'

/** Content items of a structured report (PS3.3 C.17.3), by value type. `children` are items below it. */
type Relationship = 'CONTAINS' | 'HAS OBS CONTEXT' | 'HAS CONCEPT MOD' | 'SELECTED FROM' | 'INFERRED FROM' | 'HAS PROPERTIES' | 'HAS ACQ CONTEXT'
/** items that belong where they stand have a relationship to what is above them; the root has none */
const item = (relationship: Relationship, type: string, concept: Code | null, value: DataSet, children: readonly DataSet[] = []): DataSet => ({
  RelationshipType: relationship,
  ValueType: type,
  ConceptNameCodeSequence: concept ? coded(concept) : undefined,
  ...value,
  ContentSequence: children.length > 0 ? children : undefined,
})

export const container = (relationship: Relationship, concept: Code, children: readonly DataSet[]) => item(relationship, 'CONTAINER', concept, { ContinuityOfContent: 'SEPARATE' }, children)
export const codeItem = (relationship: Relationship, concept: Code, value: Code, children: readonly DataSet[] = []) => item(relationship, 'CODE', concept, { ConceptCodeSequence: coded(value) }, children)
export const textItem = (relationship: Relationship, concept: Code, text: string) => item(relationship, 'TEXT', concept, { TextValue: anyText(text) })
export const nameItem = (relationship: Relationship, concept: Code, name: string) => item(relationship, 'PNAME', concept, { PersonName: personName(name) })
export const uidItem = (relationship: Relationship, concept: Code, uid: string) => item(relationship, 'UIDREF', concept, { UID: uid })
/** `value` as Numeric Value and, exactly, as Floating Point Value */
export const numberItem = (relationship: Relationship, concept: Code, value: number, text: string, units: Code) =>
  item(relationship, 'NUM', concept, { MeasuredValueSequence: [{ NumericValue: text, FloatingPointValue: value, MeasurementUnitsCodeSequence: coded(units) }] })
export const imageItem = (relationship: Relationship, concept: Code | null, reference: DataSet, children: readonly DataSet[] = []) => item(relationship, 'IMAGE', concept, { ReferencedSOPSequence: [reference] }, children)

/** A closed outline in image coordinates: (0, 0) is the upper left corner of the first pixel (PS3.3 C.18.6.1.2). */
export const regionItem = (concept: Code, outline: readonly number[], selectedFrom: DataSet) =>
  item('CONTAINS', 'SCOORD', concept, { GraphicType: 'POLYLINE', GraphicData: outline }, [selectedFrom])

/** The root container with its template (PS3.16). */
export const rootContainer = (title: Code, template: string, children: readonly DataSet[]): DataSet => ({
  ValueType: 'CONTAINER',
  ConceptNameCodeSequence: coded(title),
  ContinuityOfContent: 'SEPARATE',
  ContentTemplateSequence: [{ MappingResource: 'DCMR', MappingResourceUID: '1.2.840.10008.8.1.1', TemplateIdentifier: template }],
  ContentSequence: children,
})
