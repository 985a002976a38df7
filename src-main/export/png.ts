import { MAP_COLUMNS, writeMapFolder } from './map-folder.ts'
import { pictureHeading } from './picture-heading.ts'
import { reviewPicture } from './picture.ts'
import type { ExportFormat } from './types.ts'

export const png: ExportFormat = {
  id: 'png', name: 'Overlay pictures', extension: 'png', isFolder: true, maps: true,
  leaves: { kind: 'table', pixels: true, files: ({ maps }) => maps + 2, fields: () => ['original and overlay of each map, with label, prediction and verdict in the picture', ...MAP_COLUMNS] },
  about: 'A folder: original and overlay side by side, with the caveat and the colours\' range in the picture, and index.csv.',
  write: (out, source, options) => writeMapFolder(out, 'png', source, options, async (row, map) => {
    const image = await source.picture(row.detail.id, { signal: options.signal })
    return { bytes: reviewPicture(image, map, pictureHeading(row.detail, source.provenance.model?.classes ?? [])), textWarning: image.textWarning }
  }),
}
