import { AUGMENTATION } from './augmentation.ts'
import { cellGradients, cellwiseMap, EIGEN } from './cam.ts'
import type { LayerMethod } from './types.ts'

/** LayerCAM: positive gradients weight the activations cell by cell. Meant for earlier, finer layers. */
export const layercam: LayerMethod = {
  id: 'layercam',
  name: 'LayerCAM',
  source: 'Jiang et al., IEEE TIP 2021, eq. 5 to 7',
  signed: false,
  resolution: 'layer',
  cost: 'one run',
  parameters: [EIGEN, AUGMENTATION],
  needs: 'layer',
  map: (layer, parameters) => cellwiseMap(cellGradients(layer), (activation, gradient) => gradient > 0 ? activation * gradient : 0, parameters),
}
