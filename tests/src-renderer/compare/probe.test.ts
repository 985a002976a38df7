import { describe, expect, it } from 'vitest'
import type { AttributionRecord, ImageRecord, InputRecord } from '../../../src-main/contract/records.ts'
import { lengthText, regionBetween } from '../../../src-renderer/views/compare/measures.ts'
import { probe } from '../../../src-renderer/views/compare/probe.ts'

const record = {
  caseId: 1, frameIndex: 0, frameCount: 1, rows: 4, columns: 6, samples: 1, storedType: 'int16', url: '', pixelAspect: 1, lossy: null, percentiles: null, notices: [],
  grayscale: { modality: { kind: 'linear', slope: 2, intercept: -1024 }, unit: 'HU', windows: [], luts: [], inverse: false, padding: null, storedRange: { low: 0, high: 23 } },
  spacing: { rowMm: 0.5, columnMm: 0.25, source: 'calibrated' },
} satisfies ImageRecord
const stored = Int16Array.from({ length: 24 }, (_, i) => i)
/** the model saw the middle 4×4 of 6×4, as 2×2 cells */
const map = {
  record: { grid: [2, 2], inputWidth: 8, inputHeight: 8, affine: { scaleX: 2, scaleY: 2, offsetX: -2, offsetY: 0 } } as unknown as AttributionRecord,
  values: Float32Array.of(1, 2, 3, 4),
}
const input = { record: { width: 8, height: 8, channels: 1, affine: map.record.affine } as unknown as InputRecord, values: Float32Array.from({ length: 64 }, (_, i) => i / 64) }

describe('pixel probe', () => {
  it('gives stored and modality value with its unit, and the place in millimetres', () => {
    expect(probe({ image: { record, stored }, map: null, input: null }, [2.5, 1.9], 'cells')).toEqual({
      column: 2, row: 1, stored: [8], modality: -1008, unit: 'HU', mm: { x: 0.625, y: 0.95, source: 'calibrated' }, attribution: null, input: null, unseen: false,
    })
  })

  it('gives the attribution as it is shown beside that of the cell', () => {
    const found = probe({ image: { record, stored }, map, input: null }, [3, 2], 'bilinear')!
    expect(found.attribution).toEqual({ shown: 2.5, cell: 4, cellRow: 1, cellColumn: 1 })
    expect(probe({ image: { record, stored }, map, input: null }, [1.2, 0.2], 'cells')!.attribution).toEqual({ shown: 1, cell: 1, cellRow: 0, cellColumn: 0 })
  })

  it('says of a place outside the crop that the model did not see it', () => {
    const found = probe({ image: { record, stored }, map, input }, [0.5, 2], 'bilinear')!
    expect(found).toMatchObject({ attribution: null, input: null, unseen: true })
    expect(probe({ image: { record, stored }, map, input }, [1.5, 0.5], 'bilinear')!.input).toEqual([(8 + 1) / 64])
  })

  it('gives all three samples of a colour image, and nothing outside the image', () => {
    const colour = { ...record, samples: 3 as const, grayscale: null }
    const rgb = Uint8Array.from({ length: 72 }, (_, i) => i)
    expect(probe({ image: { record: colour, stored: rgb }, map: null, input: null }, [1, 0], 'cells')).toMatchObject({ stored: [3, 4, 5], modality: null })
    expect(probe({ image: { record, stored }, map: null, input: null }, [6, 0], 'cells')).toBeNull()
    expect(probe({ image: { record, stored }, map: null, input: null }, [-0.1, 0], 'cells')).toBeNull()
  })

  it('an uncalibrated image has no millimetres', () => {
    expect(probe({ image: { record: { ...record, spacing: { rowMm: 1, columnMm: 1, source: 'none' } }, stored }, map: null, input: null }, [1, 1], 'cells')!.mm).toBeNull()
  })
})

describe('measures', () => {
  it('a region is the same from any corner, and ends at the image’s borders', () => {
    const image = { columns: 100, rows: 50 }
    expect(regionBetween([90, 10], [20, 70], image)).toEqual({ kind: 'rectangle', x: 20, y: 10, width: 70, height: 40 })
    expect(regionBetween([20, 10], [20.5, 30], image)).toBeNull()
    expect(regionBetween([-30, 10], [-5, 30], image)).toBeNull()
  })

  it('a length says whose millimetres it has', () => {
    const at = (source: 'calibrated' | 'imager' | 'none') => lengthText([0, 0], [40, 20], { spacing: { rowMm: 1, columnMm: 0.5, source }, pixelAspect: 2 })
    expect(at('calibrated')).toBe('28.3 mm')
    expect(at('imager')).toBe('28.3 mm at the detector')
    expect(at('none')).toBe('57 px')
  })
})
