/**
 * Field numbers and wire kinds of the ONNX messages, as the standard's onnx.proto fixes them.
 * A field that is not listed is kept as bytes and written back (`unknown`).
 */

export type ScalarKind = 'int' | 'float' | 'double' | 'string' | 'bytes'

export interface Field {
  readonly name: string
  readonly kind: ScalarKind | (() => Schema)
  readonly repeated?: boolean
}

export interface Schema {
  readonly name: string
  readonly fields: Readonly<Record<number, Field>>
  /** Written back byte for byte when it was read from a file and not replaced. */
  readonly verbatim?: boolean
}

const int = (name: string): Field => ({ name, kind: 'int' })
const string = (name: string): Field => ({ name, kind: 'string' })
const many = (name: string, kind: Field['kind']): Field => ({ name, kind, repeated: true })
const one = (name: string, kind: Field['kind']): Field => ({ name, kind })

const stringEntry: Schema = { name: 'StringStringEntryProto', fields: { 1: string('key'), 2: string('value') } }

export const tensorSchema: Schema = {
  name: 'TensorProto',
  verbatim: true,
  fields: {
    1: many('dims', 'int'),
    2: int('dataType'),
    4: many('floatData', 'float'),
    5: many('int32Data', 'int'),
    6: many('stringData', 'bytes'),
    7: many('int64Data', 'int'),
    8: string('name'),
    9: one('rawData', 'bytes'),
    10: many('doubleData', 'double'),
    11: many('uint64Data', 'int'),
    13: many('externalData', () => stringEntry),
    14: int('dataLocation'),
  },
}

export const attributeSchema: Schema = {
  name: 'AttributeProto',
  fields: {
    1: string('name'),
    2: one('f', 'float'),
    3: int('i'),
    4: one('s', 'bytes'),
    5: one('t', () => tensorSchema),
    6: one('g', () => graphSchema),
    7: many('floats', 'float'),
    8: many('ints', 'int'),
    9: many('strings', 'bytes'),
    10: many('tensors', () => tensorSchema),
    11: many('graphs', () => graphSchema),
    20: int('type'),
    21: string('refAttrName'),
  },
}

export const nodeSchema: Schema = {
  name: 'NodeProto',
  verbatim: true,
  fields: {
    1: many('input', 'string'),
    2: many('output', 'string'),
    3: string('name'),
    4: string('opType'),
    5: many('attribute', () => attributeSchema),
    7: string('domain'),
    8: string('overload'),
  },
}

const dimensionSchema: Schema = { name: 'Dimension', fields: { 1: int('dimValue'), 2: string('dimParam') } }
const shapeSchema: Schema = { name: 'TensorShapeProto', fields: { 1: many('dim', () => dimensionSchema) } }
const tensorTypeSchema: Schema = { name: 'TypeProto.Tensor', fields: { 1: int('elemType'), 2: one('shape', () => shapeSchema) } }
const typeSchema: Schema = { name: 'TypeProto', fields: { 1: one('tensorType', () => tensorTypeSchema) } }

const valueInfoSchema: Schema = {
  name: 'ValueInfoProto',
  verbatim: true,
  fields: { 1: string('name'), 2: one('type', () => typeSchema) },
}

export const graphSchema: Schema = {
  name: 'GraphProto',
  fields: {
    1: many('node', () => nodeSchema),
    2: string('name'),
    5: many('initializer', () => tensorSchema),
    11: many('input', () => valueInfoSchema),
    12: many('output', () => valueInfoSchema),
    13: many('valueInfo', () => valueInfoSchema),
  },
}

const opsetSchema: Schema = { name: 'OperatorSetIdProto', fields: { 1: string('domain'), 2: int('version') } }

const functionSchema: Schema = {
  name: 'FunctionProto',
  verbatim: true,
  fields: {
    1: string('name'),
    4: many('input', 'string'),
    5: many('output', 'string'),
    6: many('attribute', 'string'),
    7: many('node', () => nodeSchema),
    9: many('opsetImport', () => opsetSchema),
    10: string('domain'),
    11: many('attributeProto', () => attributeSchema),
    13: string('overload'),
  },
}

export const modelSchema: Schema = {
  name: 'ModelProto',
  fields: {
    1: int('irVersion'),
    2: string('producerName'),
    3: string('producerVersion'),
    4: string('domain'),
    5: int('modelVersion'),
    6: string('docString'),
    7: one('graph', () => graphSchema),
    8: many('opsetImport', () => opsetSchema),
    14: many('metadataProps', () => stringEntry),
    20: many('trainingInfo', 'bytes'),
    25: many('functions', () => functionSchema),
  },
}
