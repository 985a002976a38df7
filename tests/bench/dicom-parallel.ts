import { availableParallelism } from 'node:os'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { childHost } from '../../src-main/compute/child-host.ts'
import { DecodePool } from '../../src-main/compute/decode-pool.ts'
import { createCompute } from '../../src-main/compute/supervisor.ts'
import type { AnalyzeItem, AttributionSpec } from '../../src-main/compute/types.ts'
import { dicomFile } from '../fixtures/dicom/write-dicom.ts'
import { COMPARED, makeFile, radiograph } from './dicom-files.ts'
import { interleaved, timed } from './measure.ts'
import type { BenchRow } from './measure.ts'

const IMAGES = 24
const ROUNDS = 3
const SYNTAX = 'JPEG Lossless SV1'
/** so many runs of the model for a map that it takes about as long as decoding */
const SLOW_MAP: AttributionSpec = { method: 'integrated-gradients', layer: null, classIndex: 'predicted', parameters: { steps: 20 } }

/**
 * Wall time of a run over large compressed images against its two parts alone, on one core each: decoding and preparing them in one thread, and the model,
 * in one thread, with the same number of small images. With two cores or more the whole is about as long as the longer part.
 */
export async function parallelRows(folder: string): Promise<BenchRow[]> {
  const place = join(folder, 'parallel')
  mkdirSync(place)
  const made = makeFile(COMPARED.find(({ name, bits }) => name === SYNTAX && bits === 12)!, place, 'large', 1536, 1280)
  if (!made) return []
  const small = join(place, 'small.dcm')
  writeFileSync(small, dicomFile({ rows: 64, columns: 64, bitsAllocated: 16, bitsStored: 12, pixels: new Uint8Array(radiograph(64, 64, 12).buffer) }))
  const itemsOf = (path: string): AnalyzeItem[] => Array.from({ length: IMAGES }, (_, key) => ({ key, path, frameIndex: 0, attributions: [SLOW_MAP] }))

  const model = fileURLToPath(new URL('../../resources/demo/demo-cnn.onnx', import.meta.url))
  const threads = process.env.RIGHT_REASON_THREADS
  process.env.RIGHT_REASON_THREADS = '1'
  const compute = createCompute(childHost())
  const pool = new DecodePool({ size: 1 })
  try {
    const { profile } = await compute.inspect(model)
    await compute.open({ file: model, profile, provider: 'cpu' })
    const run = (path: string) => timed(() => compute.analyze(itemsOf(path), {
      onResult: (result) => {
        if (result.state === 'failed') throw new Error(result.error.message)
      },
    }))
    const times = await interleaved(ROUNDS, {
      whole: () => run(made.dicom),
      decoding: () => timed(() => Promise.all(itemsOf(made.dicom).map(({ path }) => pool.input(path, 0, profile)))),
      inference: () => run(small),
    })
    const [longer, sum] = [Math.max(times.decoding, times.inference), times.decoding + times.inference]
    const what = `${IMAGES} images of 1280×1536 on ${availableParallelism()} cores`
    const parts = `decoding ${Math.round(times.decoding)} ms, model ${Math.round(times.inference)} ms`
    return [
      { what: `${what}: analyze ${Math.round(times.whole)} ms ÷ the longer of ${parts}`, value: times.whole / longer, unit: '×' },
      { what: `${what}: the same ÷ both one after the other`, value: times.whole / sum, unit: '×', goal: 1 },
    ]
  } finally {
    await Promise.all([compute.close(), pool.close()])
    if (threads === undefined) delete process.env.RIGHT_REASON_THREADS
    else process.env.RIGHT_REASON_THREADS = threads
  }
}
