import { z } from './zod.ts'

/**
 * `right-reason/profile@1`: how a DICOM frame becomes the model's input, and how its output is read.
 * Stands beside the model as `<model>.profile.json`, or in the ONNX file's metadata_props under `right-reason.profile`.
 * docs/profile.md explains every field.
 */
export const PROFILE_FORMAT = 'right-reason/profile@1'

export const GEOMETRIES = ['squash', 'center-crop', 'resize-crop', 'letterbox'] as const
export const INTERPOLATIONS = ['nearest', 'bilinear', 'bicubic', 'lanczos'] as const
export const VALUE_SOURCES = ['displayed', 'modality'] as const
export const ACTIVATIONS = ['softmax', 'sigmoid', 'none'] as const

const Size = z.int().min(1).max(8192)
const Finite = z.number().refine(Number.isFinite, 'must be a finite number')

export const Profile = z.strictObject({
  format: z.literal(PROFILE_FORMAT),
  name: z.string().max(200).default(''),
  input: z.strictObject({
    /** name of the graph input; null: the only one that is not an initializer */
    name: z.string().nullable().default(null),
    width: Size,
    height: Size,
    layout: z.enum(['NCHW', 'NHWC']).default('NCHW'),
    /** grey is replicated into 3; RGB becomes luminance for 1 */
    channels: z.union([z.literal(1), z.literal(3)]).default(3),
  }),
  resize: z
    .strictObject({
      /**
       * squash: both sides to the input's size; center-crop: the largest centred rectangle of the input's aspect, then resize;
       * resize-crop: short side to `shortSide`, then centre crop (torchvision); letterbox: long side fits, the rest is padding
       */
      geometry: z.enum(GEOMETRIES).default('squash'),
      shortSide: Size.nullable().default(null),
      interpolation: z.enum(INTERPOLATIONS).default('bilinear'),
      /** the filter widens when shrinking, as Pillow's does (and torchvision's with antialias=True) */
      antialias: z.boolean().default(true),
      /** value of letterbox padding, in the units of `values` before scale */
      padValue: Finite.default(0),
    })
    .prefault({}),
  values: z
    .strictObject({
      /** displayed: luminance 0 … 255 after the VOI step and the inversion; modality: values after the Modality LUT and the inversion */
      source: z.enum(VALUE_SOURCES).default('displayed'),
      /** which VOI step `displayed` means: the file's first, or the image's full range */
      window: z.enum(['file', 'full-range']).default('file'),
      /** input = ((value × scale + offset) − mean) / std */
      scale: Finite.default(1),
      offset: Finite.default(0),
      mean: z.array(Finite).min(1).max(3).default([0]),
      std: z.array(Finite.refine((v) => v !== 0, 'must not be 0')).min(1).max(3).default([1]),
      /** torchxrayvision divides by what the image type can hold: modality values span 0 … 2^bits−1 → 0 … 255 first */
      normaliseByBits: z.boolean().default(false),
    })
    .prefault({}),
  output: z
    .strictObject({
      /** name of the graph output with the class scores; null: the first of shape [N, classes] */
      name: z.string().nullable().default(null),
      classes: z.array(z.string().min(1).max(200)).max(20_000).default([]),
      /** what turns the logits into probabilities; a final Softmax or Sigmoid in the graph is recognised and not applied twice */
      activation: z.enum(ACTIVATIONS).default('softmax'),
      /** predicted positive when p(positive) ≥ threshold; null: the class of the greatest score */
      threshold: z.number().min(0).max(1).nullable().default(null),
      positiveClass: z.int().min(0).nullable().default(null),
    })
    .prefault({}),
  /** target layer; null: the last spatial one */
  layer: z.string().nullable().default(null),
  /** where preprocessing was guessed: shown wherever results are shown */
  assumed: z.boolean().default(false),
})
export type Profile = z.infer<typeof Profile>
export type ProfileInput = z.input<typeof Profile>
