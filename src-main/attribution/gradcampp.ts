import { AUGMENTATION } from './augmentation.ts'
import { cellGradients, channelMap, channelSums, EIGEN, RECTIFY } from './cam.ts'
import type { LayerMethod } from './types.ts'

/**
 * Added to the denominator of α, as pytorch-grad-cam does. It is no formality: squared logit gradients are of its size,
 * so another value gives another map.
 */
const EPSILON = 1e-6

/**
 * Grad-CAM++: positive gradients weighted so that several places of one class count alike. With the score's exponential as
 * the differentiated function, eq. 19 leaves α = g² / (2g² + ΣA · g³); its common factor exp(score) is left out.
 */
export const gradcampp: LayerMethod = {
  id: 'gradcampp',
  name: 'Grad-CAM++',
  source: 'Chattopadhay et al., WACV 2018, eq. 10 and 19',
  signed: false,
  resolution: 'layer',
  cost: 'one run',
  parameters: [RECTIFY, EIGEN, AUGMENTATION],
  needs: 'layer',
  map(tensors, parameters) {
    const layer = cellGradients(tensors)
    const { activations, gradients } = layer
    const cells = activations.rows * activations.columns
    const activationSums = channelSums(layer, (activation) => activation)
    const weights = activationSums.map((sum, channel) => {
      let weight = 0
      for (let at = channel * cells; at < (channel + 1) * cells; at++) {
        const gradient = gradients.data[at]
        if (gradient > 0) weight += gradient ** 3 / (2 * gradient ** 2 + sum * gradient ** 3 + EPSILON)
      }
      return weight
    })
    return channelMap(activations, weights, parameters)
  },
}
