import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { childHost } from '../../../src-main/compute/child-host.ts'
import { createCompute } from '../../../src-main/compute/supervisor.ts'
import type { AnalyzeResult, AttributionSpec } from '../../../src-main/compute/types.ts'
import { Profile, PROFILE_FORMAT } from '../../../src-main/contract/profile.ts'
import { correlation } from '../../../src-main/tensor/statistics.ts'
import { sharedData } from '../../fixtures/shared-data.ts'

/** From DICOM to map in the real process, against PyTorch's numbers for two real classifiers. */

const MODELS = { kermany_pneumonia_mobilenetv2: 'squash', tm_covid_mobilenetv2: 'center-crop', tm_covid_mobilenetv2_padops: 'center-crop' } as const
const EARLY_LAYER = '/blocks/blocks.12/Add_output_0'
const spec = (method: string, layer: string | null): AttributionSpec => ({ method, layer, classIndex: 'predicted', parameters: {} })
const SPECS = Object.fromEntries([['', null], ['b12_', EARLY_LAYER]].flatMap(([prefix, layer]) => ['gradcam', 'hirescam', 'gradcampp', 'layercam'].map((method) => [`${prefix}${method}`, spec(method, layer)])))

const compute = createCompute(childHost())
afterAll(() => compute.close())

describe.skipIf(sharedData === null)('real classifiers on real X-rays', () => {
  for (const [name, geometry] of Object.entries(MODELS))
    it(`${name}: logits within 1e-3, maps of both layers with a correlation of at least 0.999`, async () => {
      const folder = join(sharedData!, 'reference', name.replace('_padops', ''))
      const array = (file: string): Float32Array => {
        const bytes = readFileSync(join(folder, `${file}.f32`))
        return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
      }
      const { files } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as { files: string[] }
      const profile = Profile.parse({ format: PROFILE_FORMAT, input: { width: 224, height: 224 }, resize: { geometry }, values: { scale: 1 / 127.5, offset: -1 } })
      await compute.open({ file: join(sharedData!, 'models', `${name}.onnx`), profile, provider: 'cpu' })
      const results: AnalyzeResult[] = []
      await compute.analyze(files.map((file, key) => ({ key, path: join(sharedData!, 'cxr-nih', file), frameIndex: 0, attributions: Object.values(SPECS) })), { onResult: (result) => results.push(result) })
      expect(results.length).toBe(files.length)
      const logits = array('logits')
      const maps = Object.keys(SPECS).map(array)
      for (const result of results) {
        if (result.state !== 'done') throw new Error(`${files[result.key]}: ${result.error.message}`)
        result.logits.forEach((logit, i) => expect(Math.abs(logit - logits[result.key * result.logits.length + i])).toBeLessThan(1e-3))
        result.attributions.forEach(({ values }, i) => expect(correlation(values, maps[i].subarray(result.key * values.length, (result.key + 1) * values.length))).toBeGreaterThan(0.999))
      }
    })

  it('integrated gradients point where the reference, taken at other steps, points', async () => {
    const folder = join(sharedData!, 'reference', 'kermany_pneumonia_mobilenetv2')
    const bytes = readFileSync(join(folder, 'ig.f32'))
    const reference = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
    const { files } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as { files: string[] }
    const profile = Profile.parse({ format: PROFILE_FORMAT, input: { width: 224, height: 224 }, values: { scale: 1 / 127.5, offset: -1 } })
    await compute.open({ file: join(sharedData!, 'models', 'kermany_pneumonia_mobilenetv2.onnx'), profile, provider: 'cpu' })
    const items = [0, 5].map((key) => ({ key, path: join(sharedData!, 'cxr-nih', files[key]), frameIndex: 0, attributions: [spec('integrated-gradients', null)] }))
    await compute.analyze(items, { onResult: (result) => {
      if (result.state !== 'done') throw new Error(result.error.message)
      const [{ values, signed, layer }] = result.attributions
      expect({ signed, layer }).toEqual({ signed: true, layer: null })
      expect(correlation(values, reference.subarray(result.key * values.length, (result.key + 1) * values.length))).toBeGreaterThan(0.9)
    } })
  })
})
