import { DEFAULT_CONFIGURATION, type Configuration } from '../configuration.ts'
import { CUES, STRENGTHS, type Planted } from '../cues/planted.ts'

/** Every model of the family: it learnt from studies in which this cue occurs at this strength. */
export const FAMILY: readonly Planted[] = CUES.flatMap((cue) => STRENGTHS.map((strength) => ({ cue, strength })))

/** The two that the program offers with its demo. */
const IN_THE_DEMO: Readonly<Record<string, string>> = { 'marker-95': 'demo-cnn.onnx', 'marker-0': 'demo-cnn-clean.onnx' }

/** The member's model below resources/demo. */
export function modelFile({ cue, strength }: Planted): string {
  const name = `${cue}-${strength}`
  return IN_THE_DEMO[name] ?? `family/${name}.onnx`
}

/** The same cue, in the same number of studies, but independent of the label. */
export const cleanTwin = ({ cue }: Planted): Planted => ({ cue, strength: 0 })

export const configurationOf = (planted: Planted): Configuration => ({ ...DEFAULT_CONFIGURATION, planted })
