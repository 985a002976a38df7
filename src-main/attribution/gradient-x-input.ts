import { channelSum } from './masking.ts'
import type { RunsMethod } from './types.ts'

/** Gradient × input, measured from displayed black, summed over channels: the first-order part of what the image adds. */
export const gradientXInput: RunsMethod = {
  id: 'gradient-x-input',
  name: 'Gradient × input',
  source: 'Shrikumar et al., arXiv 1605.01713, sec. 2',
  signed: true,
  resolution: 'input',
  cost: 'one run with the gradient of the whole model',
  parameters: [],
  needs: 'runs',
  usesLayer: false,
  async map(runs) {
    const { input, black } = runs
    const area = input.rows * input.columns
    const products = new Float64Array(input.data.length)
    await runs.inputGradients([input.data], (gradient) => {
      for (let i = 0; i < products.length; i++) products[i] = gradient[i] * (input.data[i] - black[Math.floor(i / area)])
    })
    return { grid: [input.rows, input.columns], values: channelSum(products, input), signed: true, diagnostics: {} }
  },
}
