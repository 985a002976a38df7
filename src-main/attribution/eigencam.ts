import { AUGMENTATION } from './augmentation.ts'
import { principalMap, RECTIFY } from './cam.ts'
import type { LayerMethod } from './types.ts'

/** EigenCAM: the first principal component of the activations. It knows no class: it shows what the layer responds to at all. */
export const eigencam: LayerMethod = {
  id: 'eigencam',
  name: 'EigenCAM',
  source: 'Muhammad and Yeasin, IJCNN 2020, eq. 3 and 4',
  signed: false,
  resolution: 'layer',
  cost: 'one run; the same map for every class',
  parameters: [RECTIFY, AUGMENTATION],
  needs: 'layer',
  map: ({ activations }, parameters) => principalMap(activations, parameters),
}
