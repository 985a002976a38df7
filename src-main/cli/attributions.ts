import { MOST_LAYERS, type AttributionRequest, type ClassChoice, type MethodInfo } from '../contract/records.ts'
import { UsageError } from './exit-codes.ts'

export interface AttributionOptions {
  readonly method: readonly string[]
  readonly layer: readonly string[]
  readonly class: readonly ClassChoice[]
  readonly parameter: readonly string[]
}

const names = (texts: readonly string[]) => [...new Set(texts.flatMap((text) => text.split(',')).map((text) => text.trim()).filter((text) => text !== ''))]

/**
 * All combinations of the methods, layers and classes that were asked for. A method whose map lies on the input's pixels has no
 * layer and comes once. Throws where a method is not in the table, or a parameter not one of the method's.
 */
export function attributionRequests(options: AttributionOptions, table: readonly MethodInfo[]): AttributionRequest[] {
  const methods = names(options.method)
  if (methods.length === 1 && methods[0] === 'none') return []
  const layers = options.layer.length > 0 ? names(options.layer) : [null]
  const parameters = options.parameter.map(parameter)
  return methods.flatMap((id) => {
    const method = table.find((row) => row.id === id)
    if (!method) throw new UsageError(`There is no method '${id}'. The methods are: ${table.map((row) => row.id).join(', ')}, and none for scores alone.`)
    const own = Object.fromEntries(parameters.filter(([name]) => method.parameters.some((known) => known.name === name)))
    return (method.resolution === 'layer' ? layers : [null]).flatMap((text) => options.class.map((classIndex) => ({ method: id, ...layerChoice(text), classIndex, parameters: own })))
  })
}

/** 'a+b' is the mean over the layers a and b. */
function layerChoice(text: string | null): Pick<AttributionRequest, 'layer' | 'layers'> {
  const layers = text?.split('+').map((name) => name.trim()) ?? []
  if (layers.some((name) => name === '') || layers.length > MOST_LAYERS) throw new UsageError(`--layer takes a name, or up to ${MOST_LAYERS} names with + between for their mean, not '${text}'.`)
  return layers.length > 1 ? { layer: null, layers } : { layer: text }
}

function parameter(text: string): [string, number | string] {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`--parameter takes name=value, as in steps=50, not '${text}'.`)
  const value = text.slice(at + 1)
  return [text.slice(0, at), value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value]
}

/** A parameter that none of the methods has is a slip of the pen, not to be passed over. */
export function checkParameters(options: Pick<AttributionOptions, 'method' | 'parameter'>, table: readonly MethodInfo[]): void {
  const known = table.filter(({ id }) => names(options.method).includes(id)).flatMap(({ parameters }) => parameters.map(({ name }) => name))
  for (const text of options.parameter) {
    const [name] = parameter(text)
    if (!known.includes(name)) throw new UsageError(`No chosen method has a parameter '${name}'. ${known.length > 0 ? `There is: ${known.join(', ')}.` : 'They have none.'}`)
  }
}
