import { normal } from '../tensor/random.ts'
import { extent } from '../tensor/statistics.ts'
import { channelSum } from './masking.ts'
import type { RunsMethod } from './types.ts'

/** SmoothGrad: the mean gradient over noisy copies of the image, summed over channels. Noise is relative to the image's range. */
export const smoothgrad: RunsMethod = {
  id: 'smoothgrad',
  name: 'SmoothGrad',
  source: 'Smilkov et al., arXiv 1706.03825, sec. 3',
  signed: true,
  resolution: 'input',
  cost: 'one run with the gradient of the whole model for each sample',
  parameters: [
    { name: 'samples', label: 'Samples', kind: 'integer', default: 25, min: 1, max: 1000 },
    { name: 'noise', label: 'Noise, share of the range', kind: 'number', default: 0.15, min: 0, max: 2 },
    { name: 'seed', label: 'Seed', kind: 'integer', default: 1, min: 0, max: 0xffffffff },
  ],
  needs: 'runs',
  usesLayer: false,
  async map(runs, { samples, noise, seed }) {
    const { input } = runs
    const { min, max } = extent(input.data)
    const sigma = (noise as number) * (max - min)
    const random = normal(seed as number)
    function* copies(): Generator<Float32Array> {
      for (let sample = 0; sample < (samples as number); sample++) yield input.data.map((value) => value + sigma * random())
    }
    const sum = new Float64Array(input.data.length)
    await runs.inputGradients(copies(), (gradient) => {
      for (let i = 0; i < sum.length; i++) sum[i] += gradient[i]
    })
    return { grid: [input.rows, input.columns], values: channelSum(sum.map((value) => value / (samples as number)), input), signed: true, diagnostics: {} }
  },
}
