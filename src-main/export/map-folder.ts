import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { csvLine, type Cell } from './csv-cells.ts'
import { identifiedCase } from './identifiers.ts'
import { JSON_FORMAT } from './json.ts'
import { TextFile } from './text-file.ts'
import type { ExportAttribution, ExportCase, ExportOptions, ExportResult, ExportSource } from './types.ts'

/** A map's file, and what is to be said of text in its picture. */
export interface MapFile { readonly bytes: Uint8Array; readonly textWarning: string | null }

type Column = readonly [name: string, cell: (file: string, row: ExportCase, map: ExportAttribution, made: MapFile) => Cell]

const COLUMNS: readonly Column[] = [
  ['path', (file) => file],
  ['file', (_file, { detail }) => detail.file],
  ['sopInstanceUid', (_file, { detail }) => detail.sopInstanceUid],
  ['method', (_file, _row, map) => map.method],
  ['layer', (_file, _row, map) => map.layer],
  ['classIndex', (_file, _row, map) => map.classIndex],
  ['minusClass', (_file, _row, map) => map.minus ?? null],
  ['className', (_file, _row, map) => map.className],
  ['parameters', (_file, _row, map) => JSON.stringify(map.parameters)],
  ['gridHeight', (_file, _row, map) => map.grid[0]],
  ['gridWidth', (_file, _row, map) => map.grid[1]],
  ['signed', (_file, _row, map) => map.signed],
  ['min', (_file, _row, map) => map.min],
  ['max', (_file, _row, map) => map.max],
  ['noPositiveEvidence', (_file, _row, map) => map.noPositiveEvidence],
  ['inputWidth', (_file, _row, map) => map.inputWidth],
  ['inputHeight', (_file, _row, map) => map.inputHeight],
  ['scaleX', (_file, _row, map) => map.affine.scaleX],
  ['scaleY', (_file, _row, map) => map.affine.scaleY],
  ['offsetX', (_file, _row, map) => map.affine.offsetX],
  ['offsetY', (_file, _row, map) => map.affine.offsetY],
  ['caveat', (_file, _row, map) => map.caveat],
  ['provider', (_file, _row, map) => map.provider],
  ['pixelSha256', (_file, { provenance }) => provenance.pixelSha256],
  ['modelSha256', (_file, { provenance }) => provenance.modelSha256],
  ['profileSha256', (_file, { provenance }) => provenance.profileSha256],
  ['burnedInWarning', (_file, _row, _map, { textWarning }) => textWarning],
]
/** the columns of index.csv */
export const MAP_COLUMNS: readonly string[] = COLUMNS.map(([name]) => name)

/** '000012-1-gradcam-class0': the case's number, which of its maps, what it is. */
const fileName = (row: ExportCase, at: number, map: ExportAttribution) => `${String(row.detail.id).padStart(6, '0')}-${at + 1}-${map.method.replace(/[^\w-]/g, '_')}-class${map.classIndex}${map.minus === undefined ? '' : `-minus${map.minus}`}`

/**
 * A folder with one file a map, index.csv that says which is which, and provenance.json. `make` gives a map's file;
 * where it throws, the map is left out, reported on its case, and the rest goes on.
 */
export async function writeMapFolder(out: string, extension: string, source: ExportSource, options: ExportOptions, make: (row: ExportCase, map: ExportAttribution) => Promise<MapFile>): Promise<Omit<ExportResult, 'path'>> {
  await mkdir(out)
  await writeFile(join(out, 'provenance.json'), `${JSON.stringify({ format: JSON_FORMAT, provenance: source.provenance }, null, 2)}\n`, { flag: 'wx' })
  let cases = 0
  let maps = 0
  await TextFile.create(join(out, 'index.csv'), async (index) => {
    await index.write(csvLine(COLUMNS.map(([name]) => name)))
    for await (const row of source.cases({ maps: true, signal: options.signal })) {
      for (const [at, map] of row.attributions.entries()) {
        options.signal?.throwIfAborted()
        const made = await make(row, map).catch((thrown: unknown) => {
          options.signal?.throwIfAborted()
          options.onItemError?.(row.detail.id, thrown)
          return null
        })
        if (made === null) continue
        const file = `${fileName(row, at, map)}.${extension}`
        await writeFile(join(out, file), made.bytes, { flag: 'wx' })
        await index.write(csvLine(COLUMNS.map(([, cell]) => cell(file, { ...row, detail: identifiedCase(row.detail, options) }, map, made))))
        maps++
      }
      cases++
      options.onProgress?.(cases, source.total)
    }
  })
  return { files: maps + 2, cases, maps }
}
