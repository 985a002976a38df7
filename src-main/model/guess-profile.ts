import type { Profile } from '../contract/profile.ts'
import { classNamesFrom } from './class-names.ts'
import type { ModelAnalysis } from './instrument.ts'
import { classCount } from './single-score.ts'
import { presetProfile } from './presets.ts'

/** torchxrayvision's networks have one channel and as many outputs as it has pathologies. */
const XRV_CLASSES = 18

/**
 * A profile from what the file tells (size, layout, channels, classes, final activation) and, for what it does not tell, the
 * preset that such models most often need. `assumed` says that the preparation of the image was guessed.
 */
export function guessProfile(analysis: ModelAnalysis): Profile {
  const { inputSize: { width, height, channels }, inputLayout, classes } = analysis
  const base = presetProfile(inputLayout === 'NHWC' ? 'keras' : channels === 3 ? 'torchvision' : classes === XRV_CLASSES ? 'torchxrayvision' : 'unit')
  return {
    ...base,
    name: '',
    input: { ...base.input, width, height, channels: channels === 1 ? 1 : 3, layout: inputLayout },
    resize: { ...base.resize, shortSide: base.resize.shortSide === null ? null : Math.round((Math.max(width, height) * 256) / 224) },
    output: {
      ...base.output,
      classes: namesIn(analysis),
      activation: analysis.scoreIsBeforeActivation ?? (classes === 1 ? 'sigmoid' : base.output.activation),
    },
    assumed: true,
  }
}

/** A profile with what it leaves open filled in from the file: class names. */
export function filledProfile(profile: Profile, analysis: ModelAnalysis): Profile {
  const { classes } = profile.output
  return { ...profile, output: { ...profile.output, classes: classes.length > 0 ? withNegative(classes, analysis) : namesIn(analysis) } }
}

function namesIn(analysis: ModelAnalysis): string[] {
  const { metadata, classes } = analysis
  return classNamesFrom(metadata, classCount(analysis)) ?? withNegative(classNamesFrom(metadata, classes) ?? [], analysis)
}

/** The one name of a model with one score is that of yes. */
function withNegative(names: string[], { classes }: ModelAnalysis): string[] {
  return classes === 1 && names.length === 1 ? [`not ${names[0]}`, names[0]] : names
}

/** One name a class: the profile's, else 'class 0', 'class 1', … */
export function classNames(profile: Profile, analysis: ModelAnalysis): string[] {
  return Array.from({ length: classCount(analysis) }, (_, i) => profile.output.classes[i] ?? `class ${i}`)
}
