import { AUGMENTATION } from './augmentation.ts'
import { cellGradients, cellwiseMap, RECTIFY } from './cam.ts'
import type { LayerMethod } from './types.ts'

/** EigenGrad-CAM: as EigenCAM, of activations times gradients, so that it is of a class. */
export const eigengradcam: LayerMethod = {
  id: 'eigengradcam',
  name: 'EigenGrad-CAM',
  source: 'pytorch-grad-cam (Gildenblat 2021), after Muhammad and Yeasin, IJCNN 2020',
  signed: false,
  resolution: 'layer',
  cost: 'one run',
  parameters: [RECTIFY, AUGMENTATION],
  needs: 'layer',
  map: (layer, parameters) => cellwiseMap(cellGradients(layer), (activation, gradient) => activation * gradient, { ...parameters, eigen: 'on' }),
}
