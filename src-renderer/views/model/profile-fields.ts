import { ACTIVATIONS, GEOMETRIES, INTERPOLATIONS, Profile } from '../../../src-main/contract/profile.ts'
import type { ModelInspection } from '../../../src-main/contract/records.ts'

type Option = { readonly value: string | number | null; readonly label: string }
export type FieldKind = 'choice' | 'integer' | 'number' | 'numbers' | 'flag' | 'classes' | 'input-name' | 'output-name' | 'class' | 'layer'

export interface ProfileField {
  /** place in the profile: 'resize.geometry' */
  readonly path: string
  readonly label: string
  readonly kind: FieldKind
  readonly options?: readonly Option[]
  readonly nullable?: boolean
  readonly help?: string
  /** the field means nothing otherwise */
  readonly when?: (profile: Profile) => boolean
}

const words = (values: readonly string[], labels: Readonly<Record<string, string>>): Option[] => values.map((value) => ({ value, label: labels[value] ?? value }))

/** Every field of the profile, in the order of the way of the data: input, geometry, values, output. */
export const PROFILE_FIELDS: readonly { readonly title: string; readonly fields: readonly ProfileField[] }[] = [
  {
    title: 'Input',
    fields: [
      { path: 'input.name', label: 'Graph input', kind: 'input-name' },
      { path: 'input.width', label: 'Width', kind: 'integer' },
      { path: 'input.height', label: 'Height', kind: 'integer' },
      { path: 'input.layout', label: 'Layout', kind: 'choice', options: words(['NCHW', 'NHWC'], { NCHW: 'NCHW (PyTorch)', NHWC: 'NHWC (Keras)' }) },
      { path: 'input.channels', label: 'Channels', kind: 'choice', options: [{ value: 1, label: '1 (grey)' }, { value: 3, label: '3 (grey, three times)' }] },
    ],
  },
  {
    title: 'Geometry',
    fields: [
      {
        path: 'resize.geometry', label: 'Fit', kind: 'choice',
        options: words(GEOMETRIES, { 'squash': 'Squash both sides', 'center-crop': 'Centre crop, then resize', 'resize-crop': 'Short side, then centre crop', 'letterbox': 'Letterbox' }),
      },
      { path: 'resize.shortSide', label: 'Short side', kind: 'integer', nullable: true, when: (profile) => profile.resize.geometry === 'resize-crop', help: 'pixels, before the crop' },
      { path: 'resize.interpolation', label: 'Interpolation', kind: 'choice', options: words(INTERPOLATIONS, { nearest: 'Nearest', bilinear: 'Bilinear', bicubic: 'Bicubic', lanczos: 'Lanczos' }) },
      { path: 'resize.antialias', label: 'Antialias', kind: 'flag', help: 'as Pillow does when it shrinks', when: (profile) => profile.resize.interpolation !== 'nearest' },
      { path: 'resize.padValue', label: 'Padding', kind: 'number', when: (profile) => profile.resize.geometry === 'letterbox', help: 'before scale and mean' },
    ],
  },
  {
    title: 'Values',
    fields: [
      { path: 'values.source', label: 'Source', kind: 'choice', options: words(['displayed', 'modality'], { displayed: 'Displayed luminance, 0 … 255', modality: 'Modality values' }) },
      { path: 'values.window', label: 'Window', kind: 'choice', options: words(['file', 'full-range'], { 'file': 'The file’s first', 'full-range': 'The image’s full range' }), when: (profile) => profile.values.source === 'displayed' },
      { path: 'values.normaliseByBits', label: 'Divide by bits', kind: 'flag', help: '0 … 2^bits − 1 to 0 … 255 first', when: (profile) => profile.values.source === 'modality' },
      { path: 'values.scale', label: 'Scale', kind: 'number', help: '((value × scale + offset) − mean) / std' },
      { path: 'values.offset', label: 'Offset', kind: 'number' },
      { path: 'values.mean', label: 'Mean', kind: 'numbers', help: 'one, or one a channel' },
      { path: 'values.std', label: 'Std', kind: 'numbers', help: 'one, or one a channel' },
    ],
  },
  {
    title: 'Output',
    fields: [
      { path: 'output.name', label: 'Graph output', kind: 'output-name' },
      { path: 'output.activation', label: 'Activation', kind: 'choice', options: words(ACTIVATIONS, { softmax: 'Softmax: one class', sigmoid: 'Sigmoid: each class alone', none: 'None' }) },
      { path: 'output.classes', label: 'Classes', kind: 'classes', help: 'one a line, in the order of the output' },
      { path: 'output.positiveClass', label: 'Positive class', kind: 'class' },
      { path: 'output.threshold', label: 'Threshold', kind: 'number', nullable: true, help: 'empty: the greatest score decides' },
      { path: 'layer', label: 'Target layer', kind: 'layer' },
    ],
  },
]

type Tree = { [key: string]: unknown }

export function fieldValue(profile: Profile, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (at as Tree)[key], profile)
}

/** A copy of the profile with one field changed. */
export function withField(profile: Profile, path: string, value: unknown): Profile {
  const [key, ...rest] = path.split('.')
  const tree = profile as unknown as Tree
  return { ...tree, [key]: rest.length === 0 ? value : withField(tree[key] as Profile, rest.join('.'), value) } as unknown as Profile
}

/** What is wrong, by field; what the schema cannot see (how fields go together, and with the model) is here. Empty: the profile can be used. */
export function profileErrors(profile: Profile, inspection: Pick<ModelInspection, 'classCount' | 'layers'> | null): Record<string, string> {
  const errors: Record<string, string> = {}
  const parsed = Profile.safeParse(profile)
  for (const issue of parsed.error?.issues ?? []) errors[issue.path.filter((part) => typeof part === 'string').join('.')] ??= issue.message
  const { input, resize, values, output, layer } = profile
  const count = inspection?.classCount ?? null
  const add = (wrong: boolean, path: string, message: string) => { if (wrong) errors[path] ??= message }
  add(values.mean.length !== 1 && values.mean.length !== input.channels, 'values.mean', `Give one number, or ${input.channels}: one a channel.`)
  add(values.std.length !== 1 && values.std.length !== input.channels, 'values.std', `Give one number, or ${input.channels}: one a channel.`)
  add(resize.geometry === 'resize-crop' && resize.shortSide === null, 'resize.shortSide', 'Say to how many pixels the short side is resized.')
  add(resize.geometry === 'resize-crop' && resize.shortSide !== null && resize.shortSide < Math.max(input.width, input.height), 'resize.shortSide', `At least ${Math.max(input.width, input.height)}, or the crop leaves the image.`)
  add(count !== null && output.classes.length > 0 && output.classes.length !== count, 'output.classes', `The model has ${count} outputs, and ${output.classes.length} names are given.`)
  add(new Set(output.classes).size < output.classes.length, 'output.classes', 'Two classes have the same name.')
  add(output.positiveClass !== null && count !== null && output.positiveClass >= count, 'output.positiveClass', `The model has ${count} outputs.`)
  add(output.threshold !== null && output.positiveClass === null, 'output.threshold', 'A threshold needs a positive class.')
  add(layer !== null && inspection !== null && !inspection.layers.some(({ name }) => name === layer), 'layer', 'The model has no such layer.')
  return errors
}

export type FieldOrigin = 'model' | 'profile' | 'assumed' | 'changed'
export const ORIGIN_LABELS: Record<FieldOrigin, string> = { model: 'from the model', profile: 'from its profile', assumed: 'assumed', changed: 'changed' }

/** Where a field's value comes from: read off the graph, kept in a profile, assumed because nothing says it, or changed here. */
export function fieldOrigin(profile: Profile, path: string, inspection: ModelInspection): FieldOrigin {
  if (JSON.stringify(fieldValue(profile, path)) !== JSON.stringify(fieldValue(inspection.profile, path))) return 'changed'
  if (inspection.profileSource !== 'guess') return 'profile'
  const dims = inspection.inputs.find(({ name }) => profile.input.name === null || name === profile.input.name)?.dims ?? []
  const [, height, width, channels] = profile.input.layout === 'NCHW' ? [dims[0], dims[2], dims[3], dims[1]] : dims
  const told: Readonly<Record<string, boolean>> = {
    'input.name': true,
    'input.width': typeof width === 'number',
    'input.height': typeof height === 'number',
    'input.channels': typeof channels === 'number',
    'input.layout': typeof channels === 'number',
    'output.name': true,
    'output.activation': inspection.stepsOver !== null,
    'layer': true,
  }
  return told[path] ? 'model' : 'assumed'
}
