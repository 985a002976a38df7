import { channelMap, checkLayer, EIGEN, RECTIFY } from './cam.ts'
import { AUGMENTATION } from './augmentation.ts'
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
  parameters: [RECTIFY, EIGEN, AUGMENTATION],
  needs: 'layer',
  map(layer, parameters) {
    checkLayer(layer)
    return channelMap(layer.activations, channelMeans(layer.gradients), parameters)
  },
}
