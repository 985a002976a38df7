import { describe, expect, it } from 'vitest'

import { fuzzDicom } from '../../fuzz/dicom-fuzz.ts'
import { fuzzSources } from '../../fuzz/sources.ts'

const SEED = 20261123
const MUTANTS = 2000

describe(`${MUTANTS} damaged files, seed ${SEED}`, () => {
  it('give a frame or an error about the file, and leave every later image as it was', { timeout: 120_000 }, async () => {
    const report = await fuzzDicom(await fuzzSources(), { mutants: MUTANTS, seed: SEED, timeLimitMs: 20_000 })
    expect(report.failures).toEqual([])
    expect(report.damagedAfterwards).toEqual([])
    expect(report.opened + Object.values(report.codes).reduce((sum, count) => sum + count, 0)).toBe(MUTANTS)
    expect(Object.keys(report.codes)).toEqual(expect.arrayContaining(['dicom-truncated', 'dicom-damaged', 'pixel-data-damaged', 'unsupported-transfer-syntax']))
  })
})
