import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { IDENTIFIER_KINDS, type Identifiers } from '../../../src-main/contract/interchange.ts'
import { serviceBench } from '../../fixtures/service.ts'
import { writeStudy } from '../../fixtures/study-files.ts'

/**
 * The DICOM objects of a review, for check.py: two of the demo's radiographs, a CT slice tilted in its frame of reference, an ultrasound loop of two frames and an image
 * without spacing, with names and notes of the kind that break writers. Usage: node make-objects.ts FOLDER
 */
const FORMATS = ['dicom-sr', 'dicom-ko', 'dicom-sc', 'dicom-pmap', 'npy'] as const
const DEMO = fileURLToPath(new URL('../../../resources/demo/', import.meta.url))
const HOSTILE = '=cmd|"/C calc"!A1 \\ </script> "Müller"\nsecond line \u202e\u0007 日本'

const out = process.argv[2]
if (!out) throw new Error('Usage: node make-objects.ts FOLDER')
rmSync(out, { recursive: true, force: true })
const studies = join(out, 'studies')
mkdirSync(studies, { recursive: true })
for (const name of ['phantom-000.dcm', 'phantom-001.dcm']) copyFileSync(join(DEMO, 'studies', name), join(studies, name))
const ids = (study: string, series: string) => [{ tag: '0020000d', vr: 'UI', value: study }, { tag: '0020000e', vr: 'UI', value: series }]
const sopClass = (value: string) => ({ tag: '00080016', vr: 'UI', value })
writeStudy(join(studies, 'ct.dcm'), { uid: '1.2.826.0.1.3680043.10.1', patientId: 'CT-1', sex: 'F', seed: 5, image: { elements: [
  ...ids('1.2.826.0.1.3680043.10.2', '1.2.826.0.1.3680043.10.3'), sopClass('1.2.840.10008.5.1.4.1.1.2'), { tag: '00080060', vr: 'CS', value: 'CT' },
  { tag: '00200052', vr: 'UI', value: '1.2.826.0.1.3680043.10.4' }, { tag: '00200032', vr: 'DS', value: '-100.5\\-80.25\\42' }, { tag: '00200037', vr: 'DS', value: '0.8\\0.6\\0\\0\\0\\-1' }, { tag: '00280030', vr: 'DS', value: '0.5\\0.25' },
] } })
writeStudy(join(studies, 'no-spacing.dcm'), { uid: '1.2.826.0.1.3680043.10.5', patientId: 'CR-1', seed: 6, image: { elements: ids('1.2.826.0.1.3680043.10.6', '1.2.826.0.1.3680043.10.7') } })
writeStudy(join(studies, 'loop.dcm'), { uid: '1.2.826.0.1.3680043.10.8', patientId: 'US\\1', seed: 7, image: { pixels: Uint8Array.from({ length: 800 }, (_, at) => at % 251), elements: [
  ...ids('1.2.826.0.1.3680043.10.9', '1.2.826.0.1.3680043.10.10'), sopClass('1.2.840.10008.5.1.4.1.1.3.1'), { tag: '00080060', vr: 'CS', value: 'US' }, { tag: '00280008', vr: 'IS', value: '2' }, { tag: '00280030', vr: 'DS', value: '0.3\\0.3' },
] } })

const bench = serviceBench()
try {
  await bench.call('project.create', { file: join(bench.folder, 'p.rightreason') })
  await bench.job('import.start', { folder: studies })
  const { profile } = await bench.call('model.inspect', { file: join(DEMO, 'demo-cnn.onnx') })
  await bench.call('model.use', { file: join(DEMO, 'demo-cnn.onnx'), profile })
  await bench.job('run.start', { attribution: { method: 'gradcam' } })
  await bench.job('run.start', { attribution: { method: 'gradient-x-input' } })
  await bench.call('app.settings', { reader: 'Dr. O\'Néill ^ =x' })
  const { rows } = await bench.call('cases.page', { sort: { column: 'file' } })
  for (const [at, { id }] of rows.entries()) {
    await bench.call('reviews.flag', { caseId: id, verdict: 'wrong-reason', reasons: at % 2 === 0 ? ['laterality-marker', 'border'] : [], note: at === 0 ? HOSTILE : '', region: at < 3 ? { kind: 'rectangle', x: 2.5, y: 3, width: 10, height: 8 } : null })
  }
  for (const identifiers of Object.keys(IDENTIFIER_KINDS) as Identifiers[]) {
    for (const format of FORMATS) {
      const job = await bench.job('export.start', { format, out: join(out, identifiers, format), identifiers })
      if (job.state !== 'done') throw new Error(`${format}: ${JSON.stringify(job.error)}`)
      console.log(identifiers, format, JSON.stringify(job.result), `${job.itemErrors} cases left out`)
    }
  }
  writeFileSync(join(out, 'cases.json'), JSON.stringify(await Promise.all(rows.map(({ id }) => bench.call('cases.get', { caseId: id })))))
} finally {
  await bench.close()
}
