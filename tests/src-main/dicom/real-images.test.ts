import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'

import { pixelSha256 } from '../../../src-main/dicom/pixel-identity.ts'
import { decodeFrame } from '../../../src-main/dicom/pixels.ts'
import { displayedLuminance } from '../../../src-main/display/grayscale.ts'
import { sharedData } from '../../fixtures/shared-data.ts'

const folder = sharedData === null ? null : join(sharedData, 'cxr-nih')
const facts = folder === null ? [] : (parse(readFileSync(join(folder, 'facts.csv')), { columns: true }) as Record<string, string>[])

/** As numpy.percentile does it: linear between neighbours. */
function percentile(sorted: Float32Array, percent: number): number {
  const rank = (percent / 100) * (sorted.length - 1)
  const below = Math.floor(rank)
  return sorted[below] + (sorted[Math.min(below + 1, sorted.length - 1)] - sorted[below]) * (rank - below)
}

describe.skipIf(folder === null)('Real chest X-rays', () => {
  it.each(facts)('$file ($transfer_syntax_name, $voi) has the stored values and the display of its facts', async (row) => {
    const frame = await decodeFrame(readFileSync(join(folder!, row.file)))
    const mean = Float64Array.from(frame.stored).reduce((sum, value) => sum + value, 0) / frame.stored.length
    expect({ sha256: pixelSha256(frame.stored), ...frame.grayscale!.storedRange, mean: mean.toFixed(4) })
      .toEqual({ sha256: row.sv_sha256, low: Number(row.sv_min), high: Number(row.sv_max), mean: Number(row.sv_mean).toFixed(4) })

    const displayed = displayedLuminance(frame.stored, frame.grayscale!)
    const sorted = displayed.toSorted()
    const found = [displayed.reduce((sum, value) => sum + value, 0) / displayed.length, ...[5, 50, 95].map((percent) => percentile(sorted, percent))]
    const expected = [row.disp_mean, row.disp_p5, row.disp_p50, row.disp_p95].map(Number)
    found.forEach((value, index) => expect(Math.abs(value - expected[index])).toBeLessThan(0.0002))
  })
})
