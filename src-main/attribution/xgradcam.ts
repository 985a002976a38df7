import { AUGMENTATION } from './augmentation.ts'
import { cellGradients, channelMap, channelSums, EIGEN, RECTIFY } from './cam.ts'
import type { LayerMethod } from './types.ts'

/** XGrad-CAM: gradients weighted by each cell's share of its channel's activation; channels without activation weigh nothing. */
export const xgradcam: LayerMethod = {
  id: 'xgradcam',
  name: 'XGrad-CAM',
  source: 'Fu et al., BMVC 2020, eq. 8',
  signed: false,
  resolution: 'layer',
  cost: 'one run',
  parameters: [RECTIFY, EIGEN, AUGMENTATION],
  needs: 'layer',
  map(tensors, parameters) {
    const layer = cellGradients(tensors)
    const sums = channelSums(layer, (activation) => activation)
    const products = channelSums(layer, (activation, gradient) => activation * gradient)
    const weights = products.map((product, channel) => sums[channel] === 0 ? 0 : product / sums[channel])
    return channelMap(layer.activations, weights, parameters)
  },
}
