import { MAP_COLUMNS, writeMapFolder } from './map-folder.ts'
import type { ExportFormat } from './types.ts'

/**
 * A float32 array as NumPy's format 1.0 (numpy.lib.format): little endian, C order. The header is padded so that the data
 * begins at a multiple of 64 bytes.
 */
export function npyBytes(values: Float32Array, shape: readonly number[]): Uint8Array {
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`
  const header = `${dictionary.padEnd(Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 11)}\n`
  const bytes = new Uint8Array(10 + header.length + values.length * 4)
  const view = new DataView(bytes.buffer)
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0])
  view.setUint16(8, header.length, true)
  for (let index = 0; index < header.length; index++) bytes[10 + index] = header.charCodeAt(index)
  for (const [index, value] of values.entries()) view.setFloat32(10 + header.length + index * 4, value, true)
  return bytes
}

export const npy: ExportFormat = {
  id: 'npy', name: 'NumPy arrays', extension: 'npy', isFolder: true, maps: true,
  leaves: { kind: 'table', pixels: false, files: ({ maps }) => maps + 2, fields: () => ['the values of each map', ...MAP_COLUMNS] },
  about: 'A folder: every map as float32 array, un-normalised, and index.csv. For NumPy.',
  write: (out, source, options) => writeMapFolder(out, 'npy', source, options, async (_row, map) => ({ bytes: npyBytes(map.values, map.grid), textWarning: null })),
}
