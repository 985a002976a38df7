import { extent } from '../tensor/statistics.ts'
import { resize } from '../tensor/resize.ts'
import { AUGMENTATION } from './augmentation.ts'
import { channelMap, EIGEN, RECTIFY } from './cam.ts'
import { masked } from './masking.ts'
import type { ModelRuns, Planes, RunsMethod } from './types.ts'

/** Channels whose activation differs from cell to cell, the strongest first; others mask nothing. */
function usefulChannels({ data, channels, rows, columns }: Planes, most: number): number[] {
  const cells = rows * columns
  const spread = Array.from({ length: channels }, (_, channel) => {
    const { min, max } = extent(data.subarray(channel * cells, (channel + 1) * cells))
    return { channel, spread: max - min }
  }).filter((entry) => entry.spread > 0)
  const chosen = most > 0 && spread.length > most ? spread.sort((a, b) => b.spread - a.spread).slice(0, most) : spread
  return chosen.map(({ channel }) => channel)
}

function* maskedInputs({ input, black }: ModelRuns, { data, rows, columns }: Planes, channels: readonly number[]): Generator<Float32Array> {
  const cells = rows * columns
  for (const channel of channels) {
    const plane = { data: data.subarray(channel * cells, (channel + 1) * cells), width: columns, height: rows }
    const large = resize(plane, input.columns, input.rows, 'bilinear', false).data
    const { min, max } = extent(large)
    yield masked(input, large.map((value) => max > min ? (value - min) / (max - min) : 0), black)
  }
}

/**
 * Score-CAM: channels weighted by the softmax of the scores that the image has when only what the channel shows is left of
 * it. Without gradients.
 */
export const scorecam: RunsMethod = {
  id: 'scorecam',
  name: 'Score-CAM',
  source: 'Wang et al., CVPR Workshops 2020, eq. 4 to 8',
  signed: false,
  resolution: 'layer',
  cost: 'one run for each channel of the layer',
  parameters: [{ name: 'channels', label: 'Channels (0: all)', kind: 'integer', default: 0, min: 0, max: 100_000 }, RECTIFY, EIGEN, AUGMENTATION],
  needs: 'runs',
  usesLayer: true,
  async map(runs, parameters) {
    const { activations } = await runs.layer()
    const channels = usefulChannels(activations, parameters.channels as number)
    const scores = await runs.scores(maskedInputs(runs, activations, channels))
    const greatest = scores.reduce((a, b) => Math.max(a, b), -Infinity)
    const powers = Float64Array.from(scores, (score) => Math.exp(score - greatest))
    const sum = powers.reduce((a, b) => a + b, 0)
    const weights = new Float64Array(activations.channels)
    channels.forEach((channel, i) => { weights[channel] = powers[i] / sum })
    return { ...channelMap(activations, weights, parameters), diagnostics: { channels: channels.length } }
  },
}
