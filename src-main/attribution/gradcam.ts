import { checkLayer, RECTIFY, toMap, weightedSum } from './cam.ts'
import { channelMeans } from './masking.ts'
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
    return toMap(weightedSum(layer.activations, channelMeans(layer.gradients)), layer.activations, parameters)
  },
}
