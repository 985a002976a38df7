import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { serviceBench } from '../fixtures/service.ts'
import { sharedData } from '../fixtures/shared-data.ts'
import { Profile, PROFILE_FORMAT } from '../../src-main/contract/profile.ts'
import type { BenchReport, BenchRow } from './measure.ts'

const LONGEST_MS = 50

interface Stalls { readonly longestMs: number; readonly busiestMs: number }

/**
 * How long the event loop of this process, where the service lives, was kept from its next turn while something ran: by the clock, and the
 * most that its own thread computed within one turn. On a busy machine the first is also what other programs took.
 */
async function stallsDuring(work: () => Promise<unknown>): Promise<Stalls> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  let busiest = 0
  let before = process.threadCpuUsage()
  let isOver = false
  const turn = (): void => {
    const now = process.threadCpuUsage()
    busiest = Math.max(busiest, now.user + now.system - before.user - before.system)
    before = now
    if (!isOver) setTimeout(turn, 1)
  }
  delay.enable()
  setTimeout(turn, 1)
  await work()
  isOver = true
  delay.disable()
  return { longestMs: delay.max / 1e6, busiestMs: busiest / 1000 }
}

/** Runs over a project through the real service and the real compute process, Grad-CAM and storing included. */
export async function bench(): Promise<BenchReport> {
  const rows: BenchRow[] = []
  const add = (what: string, { longestMs, busiestMs }: Stalls): void => {
    rows.push({ what: `${what}: longest stall by the clock`, value: longestMs, unit: 'ms', goal: LONGEST_MS })
    rows.push({ what: `${what}: longest by the thread's own computing`, value: busiestMs, unit: 'ms', goal: LONGEST_MS })
  }
  const demo = serviceBench()
  try {
    await demo.call('project.create', { file: join(demo.folder, 'stall.rightreason') })
    const resources = fileURLToPath(new URL('../../resources/demo', import.meta.url))
    const studies = readdirSync(join(resources, 'studies')).length
    add(`import of the demo's ${studies} studies`, await stallsDuring(() => demo.job('import.start', { folder: join(resources, 'studies') })))
    const { profile } = await demo.call('model.inspect', { file: join(resources, 'demo-cnn.onnx') })
    await demo.call('model.use', { file: join(resources, 'demo-cnn.onnx'), profile })
    add('Grad-CAM run over the demo', await stallsDuring(() => demo.job('run.start', { attribution: { parameters: {} } })))
    add('maps on the input (gradient × input) over the demo', await stallsDuring(() => demo.job('run.start', { attribution: { method: 'gradient-x-input', parameters: {} } })))
    if (sharedData) {
      await demo.job('import.start', { folder: join(sharedData, 'cxr-nih') })
      await demo.call('model.use', { file: join(sharedData, 'models', 'kermany_pneumonia_mobilenetv2.onnx'), profile: Profile.parse({ format: PROFILE_FORMAT, input: { width: 224, height: 224 }, values: { scale: 1 / 127.5, offset: -1 } }) })
      add('Grad-CAM run of MobileNetV2 over the X-rays', await stallsDuring(() => demo.job('run.start', { attribution: { parameters: {} } })))
    }
  } finally {
    await demo.close()
  }
  return { name: 'Event loop of the main side', rows }
}
