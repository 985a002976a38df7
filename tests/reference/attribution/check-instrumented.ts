/**
 * Saves each small network of tests/fixtures/onnx/networks with its gradients by `right-reason model instrument`, at the default layer and at
 * the input, and has the onnx package check the file: `node tests/reference/attribution/check-instrumented.ts` (Debian: python3-onnx).
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const NETWORKS = at('../../fixtures/onnx/networks')
const PYTHON = process.env.PYTHON ?? '/usr/bin/python3'
const folder = mkdtempSync(join(tmpdir(), 'right-reason-instrumented-'))
for (const name of readdirSync(NETWORKS).filter((file) => file.endsWith('.onnx'))) {
  const out = join(folder, name)
  const saved = spawnSync(process.execPath, [at('../../../src-main/cli/main.ts'), 'model', 'instrument', join(NETWORKS, name), '--input-gradient', '--out', out], { encoding: 'utf8' })
  const checked = saved.status === 0 ? spawnSync(PYTHON, [at('../autodiff/check.py'), out], { encoding: 'utf8' }) : saved
  console.log(`${name.padEnd(30)} ${checked.status === 0 ? 'valid' : (checked.stderr || checked.stdout).trim().split('\n').at(-1)}`)
  if (checked.status !== 0) process.exitCode = 1
}
rmSync(folder, { recursive: true })
