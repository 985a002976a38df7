import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import type { InstrumentedFile, ModelInspection } from '../../../src-main/contract/records.ts'
import { INSTRUMENTED_KEY } from '../../../src-main/model/save-instrumented.ts'
import { decodeModel } from '../../../src-main/onnx/decode.ts'
import { loadReference, relativeError } from '../../fixtures/onnx/reference.ts'
import { openSession } from '../../fixtures/onnx/runtime.ts'
import { runCli } from './run-cli.ts'

const NETWORKS = fileURLToPath(new URL('../../fixtures/onnx/networks', import.meta.url))
const MODEL = join(NETWORKS, 'residual_small.onnx')
const folder = mkdtempSync(join(tmpdir(), 'right-reason-instrument-'))
const out = join(folder, 'residual.gradients.onnx')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it("a model saved with its gradients gives PyTorch's scores and gradients in any ONNX runtime, and says what was added to it", async () => {
  const saved = await runCli(['model', 'instrument', MODEL, '--input-gradient', '--layer', (JSON.parse((await runCli(['model', 'inspect', MODEL, '--json'])).stdout) as ModelInspection).defaultLayer!, '--out', out, '--json'])
  expect(saved).toMatchObject({ code: 0 })
  const { input, seed, classes, outputs, bytes } = JSON.parse(saved.stdout) as InstrumentedFile
  const written = readFileSync(out)
  expect(written.length).toBe(bytes)

  const { array } = loadReference(NETWORKS, 'residual_small')
  const images = array('input')!
  const chosen = array('classes')!
  const session = await openSession(written, { threads: 1 })
  const found = await session.run({
    [input]: { type: 'float32', dims: images.dims, data: Float32Array.from(images.data) },
    [seed]: { type: 'float32', dims: [images.dims[0], classes], data: Float32Array.from({ length: images.dims[0] * classes }, (_, i) => Number(chosen.data[Math.floor(i / classes)] === i % classes)) },
  })
  await session.release()
  const named = (what: string, of?: string) => found[outputs.find((output) => output.what === what && (of === undefined || output.of === of))!.name]
  expect(relativeError(named('scores'), array('logits')!)).toBeLessThan(1e-4)
  expect(relativeError(named('gradient', input), array('input.gradient')!)).toBeLessThan(1e-3)
  expect(relativeError(named('gradient'), array('default.gradient')!)).toBeLessThan(1e-3)

  const told = (decodeModel(written).metadataProps ?? []).find(({ key }) => key === INSTRUMENTED_KEY)!
  expect(JSON.parse(told.value!)).toMatchObject({ version: 1, seed, input, sourceSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string })
})

it('an existing file is left as it is unless it may be overwritten; an unknown layer is named', async () => {
  const again = ['model', 'instrument', MODEL, '--out', out]
  expect(await runCli(again)).toMatchObject({ code: 1, stderr: expect.stringMatching(/^file-unwritable: There is a file already/m) as string })
  expect(await runCli([...again, '--overwrite'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/gradient +right_reason\/gradient\/|gradient +right_reason/) as string })
  expect(await runCli([...again, '--overwrite', '--layer', 'nowhere'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/no-such-layer.*nowhere/) as string })
})

it('gradients check prints the numbers of any layer, beside finite differences', async () => {
  const { layers } = JSON.parse((await runCli(['model', 'inspect', MODEL, '--json'])).stdout) as ModelInspection
  for (const { name } of [layers[0], layers.at(-1)!]) {
    const { code, stdout } = await runCli(['gradients', 'check', MODEL, '--layer', name, '--json'])
    const { passed, directions } = JSON.parse(stdout) as { passed: boolean; directions: { analytic: number; numeric: number }[] }
    expect({ code, passed, count: directions.length }).toEqual({ code: 0, passed: true, count: 8 })
    for (const { analytic, numeric } of directions) expect(Math.abs(analytic - numeric)).toBeLessThan(0.02 * Math.abs(analytic))
  }
})
