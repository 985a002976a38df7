import { channelSum, FILL_NAMES, FILLS, masked } from './masking.ts'
import { gaussLegendre } from './quadrature.ts'
import type { RunsMethod } from './types.ts'

/**
 * Integrated gradients along the straight line from a baseline to the image, by Gauss–Legendre quadrature, summed over
 * channels. By completeness the map's sum is score(image) − score(baseline); `convergenceDelta` is what is missing.
 */
export const integratedGradients: RunsMethod = {
  id: 'integrated-gradients',
  name: 'Integrated gradients',
  source: 'Sundararajan et al., ICML 2017, eq. 1',
  signed: true,
  resolution: 'input',
  cost: 'one run with the gradient of the whole model for each step',
  parameters: [
    { name: 'steps', label: 'Steps', kind: 'integer', default: 50, min: 1, max: 1000 },
    { name: 'baseline', label: 'Baseline', kind: 'choice', default: 'black', choices: FILL_NAMES },
  ],
  needs: 'runs',
  usesLayer: false,
  async map(runs, { steps, baseline }) {
    const { input } = runs
    const nothing = masked(input, new Float32Array(input.rows * input.columns), FILLS[baseline](runs))
    const { nodes, weights } = gaussLegendre(steps as number)
    function* path(): Generator<Float32Array> {
      for (const at of nodes) yield input.data.map((value, i) => nothing[i] + at * (value - nothing[i]))
    }
    const mean = new Float64Array(input.data.length)
    await runs.inputGradients(path(), (gradient, step) => {
      for (let i = 0; i < mean.length; i++) mean[i] += weights[step] * gradient[i]
    })
    const values = channelSum(mean.map((gradient, i) => gradient * (input.data[i] - nothing[i])), input)
    const [score, baselineScore] = await runs.scores([input.data, nothing])
    const sum = values.reduce((total, value) => total + value, 0)
    return { grid: [input.rows, input.columns], values, signed: true, diagnostics: { convergenceDelta: sum - (score - baselineScore), score, baselineScore } }
  },
}
