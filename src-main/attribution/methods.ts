import { ReviewError } from '../contract/errors.ts'
import type { MethodInfo, ParameterInfo } from '../contract/records.ts'
import { ablationcam } from './ablationcam.ts'
import { attentionRollout } from './attention-rollout.ts'
import { eigencam } from './eigencam.ts'
import { eigengradcam } from './eigengradcam.ts'
import { gradcam } from './gradcam.ts'
import { gradcampp } from './gradcampp.ts'
import { gradientXInput } from './gradient-x-input.ts'
import { hirescam } from './hirescam.ts'
import { integratedGradients } from './integrated-gradients.ts'
import { layercam } from './layercam.ts'
import { occlusion } from './occlusion.ts'
import { rise } from './rise.ts'
import { scorecam } from './scorecam.ts'
import { smoothgrad } from './smoothgrad.ts'
import type { AttributionMethod, Parameters } from './types.ts'
import { xgradcam } from './xgradcam.ts'

/** Every attribution method, in the order in which the window offers them. */
export const METHODS: readonly AttributionMethod[] = [
  gradcam, hirescam, gradcampp, xgradcam, layercam, eigencam, eigengradcam, scorecam, ablationcam,
  integratedGradients, gradientXInput, smoothgrad, occlusion, rise, attentionRollout,
]

export const METHOD_INFOS: readonly MethodInfo[] = METHODS.map(({ id, name, source, signed, resolution, cost, parameters }) => ({ id, name, source, signed, resolution, cost, parameters }))

/** Throws `unknown-method`, listing those that exist. */
export function methodNamed(id: string): AttributionMethod {
  const method = METHODS.find((row) => row.id === id)
  if (method) return method
  throw new ReviewError('unknown-method', `There is no attribution method '${id}'. Choose one of: ${METHODS.map((row) => row.id).join(', ')}.`)
}

/** A row of this or another table whose parameters are asked for. */
type Parametrised = Pick<AttributionMethod, 'name' | 'parameters'>

/** The parameters of a method with its defaults filled in. Throws `bad-parameter` for a name or value that it does not take. */
export function completeParameters(method: Parametrised, given: Parameters): Parameters {
  for (const name of Object.keys(given))
    if (!method.parameters.some((info) => info.name === name)) {
      const known = method.parameters.map((info) => info.name).join(', ') || 'none'
      throw new ReviewError('bad-parameter', `${method.name} has no parameter '${name}'. It takes: ${known}.`)
    }
  return Object.fromEntries(method.parameters.map((info) => [info.name, checked(method, info, given[info.name] ?? info.default)]))
}

const KINDS: Readonly<Record<ParameterInfo['kind'], { readonly accepts: (value: number | string, info: ParameterInfo) => boolean; readonly wants: (info: ParameterInfo) => string }>> = {
  integer: { accepts: (value, info) => Number.isInteger(value) && isWithin(value as number, info), wants: (info) => `a whole number ${range(info)}` },
  number: { accepts: (value, info) => typeof value === 'number' && Number.isFinite(value) && isWithin(value, info), wants: (info) => `a number ${range(info)}` },
  choice: { accepts: (value, info) => info.choices!.includes(value as string), wants: (info) => `one of: ${info.choices!.join(', ')}` },
}

function checked(method: Parametrised, info: ParameterInfo, value: number | string): number | string {
  const kind = KINDS[info.kind]
  if (kind.accepts(value, info)) return value
  throw new ReviewError('bad-parameter', `Parameter '${info.name}' of ${method.name} is ${JSON.stringify(value)}, but must be ${kind.wants(info)}.`)
}

function isWithin(value: number, { min = -Infinity, max = Infinity }: ParameterInfo): boolean {
  return value >= min && value <= max
}

function range({ min, max }: ParameterInfo): string {
  if (min !== undefined && max !== undefined) return `from ${min} to ${max}`
  return min === undefined ? '' : `of at least ${min}`
}
