import type { DataSetView } from './data-set.ts'

/**
 * Where an attribute of one frame is found: enhanced multi-frame objects keep it in the frame's own functional group or in the shared one
 * (PS3.3 C.7.6.16), others at the top level.
 */
export function frameItem(dataSet: DataSetView, frameIndex: number, groupTag: string, fallBack: DataSetView): DataSetView {
  const perFrame = dataSet.items('52009230')[frameIndex]?.items(groupTag)[0]
  return perFrame ?? dataSet.items('52009229')[0]?.items(groupTag)[0] ?? fallBack
}

export const PIXEL_MEASURES = '00289110'
export const FRAME_VOI_LUT = '00289132'
export const PIXEL_VALUE_TRANSFORMATION = '00289145'
export const PLANE_POSITION = '00209113'
export const PLANE_ORIENTATION = '00209116'
