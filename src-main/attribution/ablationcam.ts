import { AUGMENTATION } from './augmentation.ts'
import { channelMap, EIGEN, RECTIFY } from './cam.ts'
import type { Planes, RunsMethod } from './types.ts'

function* without({ data, channels, rows, columns }: Planes): Generator<Float32Array> {
  yield data
  const cells = rows * columns
  for (let channel = 0; channel < channels; channel++) {
    const ablated = data.slice()
    ablated.fill(0, channel * cells, (channel + 1) * cells)
    yield ablated
  }
}

/**
 * Ablation-CAM: channels weighted by how far the class's score falls without them, relative to the score's size. The model
 * is run from the layer on only. Without gradients.
 */
export const ablationcam: RunsMethod = {
  id: 'ablationcam',
  name: 'Ablation-CAM',
  source: 'Desai and Ramaswamy, WACV 2020, eq. 3 and 4',
  signed: false,
  resolution: 'layer',
  cost: 'one run of the layers behind the target for each of its channels',
  parameters: [RECTIFY, EIGEN, AUGMENTATION],
  needs: 'runs',
  usesLayer: true,
  async map(runs, parameters) {
    const { activations } = await runs.layer()
    const [score, ...scores] = await runs.scoresWithLayer(without(activations))
    const weights = scores.map((ablated) => (score - ablated) / (Math.abs(score) || 1))
    return { ...channelMap(activations, weights, parameters), diagnostics: { score } }
  },
}
