import { checkLayer, RECTIFY } from './cam.ts'
import { principalMap } from './principal.ts'
import type { LayerMethod } from './types.ts'

/** EigenGrad-CAM: as EigenCAM, of activations times gradients, so that it is of a class. */
export const eigengradcam: LayerMethod = {
  id: 'eigengradcam',
  name: 'EigenGrad-CAM',
  source: 'pytorch-grad-cam (Gildenblat 2021), after Muhammad and Yeasin, IJCNN 2020',
  signed: false,
  resolution: 'layer',
  cost: 'one run',
  parameters: [RECTIFY],
  needs: 'layer',
  map(layer, parameters) {
    checkLayer(layer)
    const { activations, gradients } = layer
    return principalMap({ ...activations, data: activations.data.map((activation, i) => activation * gradients.data[i]) }, parameters)
  },
}
