import { channelSums, checkLayer, RECTIFY, toMap, weightedSum } from './cam.ts'
import type { LayerMethod } from './types.ts'

/** Grad-CAM: channels weighted by the mean of their gradients, then rectified. */
export const gradcam: LayerMethod = {
  id: 'gradcam',
  name: 'Grad-CAM',
  source: 'Selvaraju et al., ICCV 2017, eq. 1 and 2',
  signed: false,
  resolution: 'layer',
  cost: 'one run',
  parameters: [RECTIFY],
  needs: 'layer',
  map(layer, parameters) {
    checkLayer(layer)
    const { rows, columns } = layer.activations
    const weights = channelSums(layer, (_, gradient) => gradient / (rows * columns))
    return toMap(weightedSum(layer.activations, weights), layer.activations, parameters)
  },
}
