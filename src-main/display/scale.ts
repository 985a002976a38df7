/**
 * What span of values a colormap covers. Zero never moves: one-sided maps span 0 … high, signed ones −high … +high,
 * so that a colour says the same about every case that shares the scale, and no evidence looks like none.
 */
export interface ValueScale {
  readonly low: number
  readonly high: number
  readonly signed: boolean
  /** 'this image', 'all 60 maps of the project' */
  readonly over: string
}

export interface ImageRange { readonly min: number; readonly max: number; readonly signed: boolean }
export interface ProjectRange { readonly min: number; readonly max: number; readonly p99: number; readonly maps: number }

export const SCALE_MODES = {
  'image': 'This image',
  'image-p99': 'This image, 99th percentile',
  'project': 'Whole project',
  'project-p99': 'Whole project, 99th percentile',
} as const
export type ScaleMode = keyof typeof SCALE_MODES

function centred(high: number, signed: boolean, over: string): ValueScale {
  const top = Number.isFinite(high) && high > 0 ? high : 0
  return { low: signed ? -top : 0, high: top, signed, over }
}

const greatest = (range: { min: number; max: number }, signed: boolean) => signed ? Math.max(Math.abs(range.min), Math.abs(range.max)) : range.max

/** The 99th percentile of the absolute (signed) or positive values; 0 where there are none. */
export function percentile99(values: Float32Array, signed: boolean): number {
  const sizes = signed ? values.map(Math.abs) : values.filter((value) => value > 0)
  if (sizes.length === 0) return 0
  sizes.sort()
  return sizes[Math.min(sizes.length - 1, Math.ceil(0.99 * sizes.length) - 1)]
}

/**
 * The scale of one map. A project scale needs `project`; while it is unknown (no map of this kind in the project yet)
 * the image's own is taken, and `over` says so.
 */
export function valueScale(mode: ScaleMode, image: ImageRange, values: Float32Array, project: ProjectRange | null): ValueScale {
  const { signed } = image
  if (mode === 'image-p99') return centred(percentile99(values, signed), signed, 'this image, 99th percentile')
  if (mode === 'image') return centred(greatest(image, signed), signed, 'this image')
  if (!project) return centred(greatest(image, signed), signed, 'this image; the project has no range yet')
  const maps = `${project.maps} ${project.maps === 1 ? 'map' : 'maps'} of the project`
  return mode === 'project-p99'
    ? centred(project.p99, signed, `${maps}, 99th percentile`)
    : centred(greatest(project, signed), signed, maps)
}

/** Value → 0 … 1 on the scale, clipped; an empty scale puts everything on its zero. */
export function onScale(value: number, { low, high }: ValueScale): number {
  if (!(high > low)) return low < 0 ? 0.5 : 0
  return Math.min(1, Math.max(0, (value - low) / (high - low)))
}

/** Three significant digits, the exponent only where a plain number would be long; the minus is a true one. */
export function formatValue(value: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  const text = size >= 1e5 || size < 1e-3 ? value.toExponential(2).replace('e+', 'e') : String(Number(value.toPrecision(3)))
  return text.replaceAll('-', '−')
}
