import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { sharedData } from '../../fixtures/shared-data.ts'

const run = promisify(execFile)
const program = fileURLToPath(new URL('../../../src-main/cli/main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'right-reason-reference-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Index { readonly files: readonly string[]; readonly arrays: Readonly<Record<string, { readonly shape: readonly number[]; readonly file: string }>> }
interface Exported {
  readonly cases: readonly { readonly file: string; readonly logits: readonly number[]; readonly attributions: readonly { readonly method: string; readonly layer: string; readonly classIndex: number; readonly grid: readonly number[]; readonly values: readonly number[] }[] }[]
}

const LAYERS = { '': '/last/last.2/Clip_output_0', 'b12_': '/blocks/blocks.12/Add_output_0' }
const METHODS = ['gradcam', 'hirescam', 'gradcampp', 'layercam']
/** Both networks take displayed luminance / 127.5 − 1; one was trained on squashed, one on centre-cropped images. */
const MODELS = {
  kermany_pneumonia_mobilenetv2: { geometry: 'squash', classes: ['normal', 'pneumonia'] },
  tm_covid_mobilenetv2: { geometry: 'center-crop', classes: ['Normal', 'Covid19', 'Viral Pneumonia'] },
}

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length
  const [ma, mb] = [mean(a), mean(b)]
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    ab += (a[i] - ma) * (b[i] - mb)
    aa += (a[i] - ma) ** 2
    bb += (b[i] - mb) ** 2
  }
  return aa === 0 && bb === 0 ? 1 : ab / Math.sqrt(aa * bb)
}

describe.skipIf(sharedData === null)("PyTorch's numbers, from DICOM to map through the command line", () => {
  test.each(Object.entries(MODELS))('%s: logits within 1e-3, maps of both layers correlate at least 0.999', async (model, { geometry, classes }) => {
    const reference = join(sharedData!, 'reference', model)
    const index = JSON.parse(readFileSync(join(reference, 'index.json'), 'utf8')) as Index
    const array = (name: string) => new Float32Array(new Uint8Array(readFileSync(join(reference, index.arrays[name].file))).buffer)
    const profile = join(folder, `${model}.json`)
    writeFileSync(profile, JSON.stringify({
      format: 'right-reason/profile@1',
      input: { width: 224, height: 224, channels: 3 },
      resize: { geometry },
      values: { source: 'displayed', scale: 1 / 127.5, offset: -1 },
      output: { classes, activation: 'softmax' },
    }))
    const project = join(folder, `${model}.rightreason`)
    const out = join(folder, `${model}-export.json`)
    const targets = Array.from(array('target'))
    await run(process.execPath, [program, 'analyze', '--model', join(sharedData!, 'models', `${model}.onnx`), '--studies', join(sharedData!, 'cxr-nih'), '--profile', profile,
      '--method', METHODS.join(','), '--layer', Object.values(LAYERS).join(','), '--project', project])
    await run(process.execPath, [program, 'export', project, '--format', 'json', '--out', out])

    const { cases } = JSON.parse(readFileSync(out, 'utf8')) as Exported
    const logits = array('logits')
    let worstLogit = 0
    let worstCorrelation = 1
    index.files.forEach((file, row) => {
      const exported = cases.find((one) => one.file === file)!
      exported.logits.forEach((logit, k) => { worstLogit = Math.max(worstLogit, Math.abs(logit - logits[row * classes.length + k])) })
      for (const [prefix, layer] of Object.entries(LAYERS))
        for (const method of METHODS) {
          const map = exported.attributions.find((one) => one.method === method && one.layer === layer)!
          expect(map.classIndex, `${file}: class of the map`).toBe(targets[row])
          const size = map.grid[0] * map.grid[1]
          const expected = array(`${prefix}${method}`).subarray(row * size, (row + 1) * size)
          const found = correlation(map.values, expected)
          expect(found, `${file}: ${method} at ${layer}`).toBeGreaterThanOrEqual(0.999)
          worstCorrelation = Math.min(worstCorrelation, found)
        }
    })
    console.log(`${model}: greatest difference of a logit ${worstLogit.toExponential(2)}, least correlation of a map ${worstCorrelation.toFixed(6)}, over ${index.files.length} images`)
    expect(worstLogit).toBeLessThanOrEqual(1e-3)
  }, 120_000)
})
