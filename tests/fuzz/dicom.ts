/**
 * The long fuzz run of the DICOM reader.
 *     node tests/fuzz/dicom.ts [--mutants 20000] [--seed 1]
 */
import { parseArgs } from 'node:util'

import { fuzzDicom } from './dicom-fuzz.ts'
import { fuzzSources } from './sources.ts'

const { values } = parseArgs({ options: { mutants: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } } })
const started = performance.now()
const report = await fuzzDicom(await fuzzSources(), { mutants: Number(values.mutants), seed: Number(values.seed), timeLimitMs: 5000 })
console.log(JSON.stringify({ seed: Number(values.seed), seconds: Math.round((performance.now() - started) / 1000), ...report }, null, 2))
process.exitCode = report.failures.length + report.damagedAfterwards.length > 0 ? 1 : 0
