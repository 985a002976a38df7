/** [channels, rows, columns] */
export interface Planes { readonly data: Float32Array; readonly channels: number; readonly rows: number; readonly columns: number }

/** One value a channel ([channels, 1, 1]) in every cell of a grid; other planes as they are. */
export function spread(planes: Planes, { rows, columns }: Planes): Planes {
  if (planes.rows !== 1 || planes.columns !== 1 || rows * columns === 1) return planes
  const cells = rows * columns
  const data = new Float32Array(planes.channels * cells)
  for (let channel = 0; channel < planes.channels; channel++) data.fill(planes.data[channel], channel * cells, (channel + 1) * cells)
  return { data, channels: planes.channels, rows, columns }
}
