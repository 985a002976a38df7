import { AUGMENTATION } from './augmentation.ts'
import { cellGradients, cellwiseMap, EIGEN, RECTIFY } from './cam.ts'
import type { LayerMethod } from './types.ts'

/** HiResCAM: gradient times activation cell by cell, without the mean that lets Grad-CAM point where the model does not look. */
export const hirescam: LayerMethod = {
  id: 'hirescam',
  name: 'HiResCAM',
  source: 'Draelos and Carin, arXiv 2011.08891, eq. 4',
  signed: false,
  resolution: 'layer',
  cost: 'one run',
  parameters: [RECTIFY, EIGEN, AUGMENTATION],
  needs: 'layer',
  map: (layer, parameters) => cellwiseMap(cellGradients(layer), (activation, gradient) => activation * gradient, parameters),
}
