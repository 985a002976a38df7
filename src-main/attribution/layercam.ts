import { cellwiseSum, checkLayer, toMap } from './cam.ts'
import type { LayerMethod } from './types.ts'

/** LayerCAM: positive gradients weight the activations cell by cell. Meant for earlier, finer layers. */
export const layercam: LayerMethod = {
  id: 'layercam',
  name: 'LayerCAM',
  source: 'Jiang et al., IEEE TIP 2021, eq. 5 to 7',
  signed: false,
  resolution: 'layer',
  cost: 'one run',
  parameters: [],
  needs: 'layer',
  map(layer, parameters) {
    checkLayer(layer)
    return toMap(cellwiseSum(layer, (activation, gradient) => gradient > 0 ? activation * gradient : 0), layer.activations, parameters)
  },
}
