import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { completeParameters, methodNamed } from '../../src-main/attribution/methods.ts'
import { childHost } from '../../src-main/compute/child-host.ts'
import type { ComputeHost } from '../../src-main/compute/types.ts'
import { parseInput } from '../../src-main/contract/api.ts'
import type { Input, MethodName, Output } from '../../src-main/contract/api.ts'
import type { Job } from '../../src-main/contract/records.ts'
import { storeAttribution } from '../../src-main/project/attributions.ts'
import { createProject } from '../../src-main/project/project.ts'
import type { Project } from '../../src-main/project/project.ts'
import { createService } from '../../src-main/service/service.ts'
import { normal, uniform } from '../../src-main/tensor/random.ts'
import { fill } from '../fixtures/projects/synthetic.ts'
import { timed } from './measure.ts'
import type { BenchReport, BenchRow } from './measure.ts'

/** fewer with RIGHT_REASON_BENCH_CASES, for a first look */
const CASES = Number(process.env.RIGHT_REASON_BENCH_CASES ?? 100_000)
const ATTRIBUTION = { method: 'gradcam', classIndex: 1 } as const

/** Maps of 7×7 with two lungs and, in one case of ten, a corner. */
function fillMaps(project: Project): void {
  const random = uniform(3)
  const noise = normal(4)
  const parameters = completeParameters(methodNamed('gradcam'), {})
  project.database.transaction(() => {
    for (let caseId = 1; caseId <= CASES; caseId++) {
      const isCue = random() < 0.1
      const values = Float32Array.from({ length: 49 }, (_, cell) => {
        const [row, column] = [Math.floor(cell / 7), cell % 7]
        const spot = (r: number, c: number) => Math.exp(-((row - r) ** 2 + (column - c) ** 2) / 3)
        return Math.max(0, (isCue ? spot(0, 6) : spot(3, 1) + spot(3, 5)) + 0.12 * noise())
      })
      storeAttribution(project, project.modelId!, {
        caseId, kind: { method: 'gradcam', layer: 'conv', parameters }, classIndex: 1, layer: 'conv', grid: [7, 7], signed: false, values, inputWidth: 224, inputHeight: 224,
        affine: { scaleX: 224 / 48, scaleY: 224 / 64, offsetX: 0, offsetY: 0 }, diagnostics: {}, pixelSha256: 'c'.repeat(64), provider: 'cpu', version: 'bench', elapsedMs: 1,
      })
    }
  })
}

/** Starts processes as ever, and knows the most memory that the last one had when it was done. */
function watched(host: ComputeHost): ComputeHost & { readonly peakMb: () => number } {
  let peak = NaN
  return {
    peakMb: () => peak,
    start(program) {
      const child = host.start(program)
      return { ...child, onMessage: (listener) => child.onMessage((message) => {
        if ((message as { kind?: string }).kind === 'done') peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024
        listener(message)
      }) }
    },
  }
}

/**
 * Patterns over all cases of a project: what a window waits for, from the call to the report, with reading the project, the process's start and keeping the report. `parts`: some of
 * subgroups, clusters, maps, headers; all of them unless told.
 */
export async function bench(parts: readonly string[] = [], onRow: (row: BenchRow) => void = () => undefined): Promise<BenchReport> {
  const folder = mkdtempSync(join(tmpdir(), 'right-reason-bench-'))
  const host = watched(childHost())
  const service = createService({ shell: 'browser', computeHost: host, configFolder: join(folder, 'config'), projectsFolder: folder, resourcesFolder: folder, version: 'bench' })
  const call = <K extends MethodName>(method: K, input: Input<K>): Promise<Output<K>> => service.call(method, parseInput(method, input))
  const job = async (method: 'patterns.maps' | 'patterns.clusters' | 'patterns.headers', input: object): Promise<Job> => {
    let stop = () => {}
    const ends = new Promise<Job>((resolve) => { stop = service.on('job', (one) => { if (one.state !== 'running') resolve(one) }) })
    await call(method, input as never)
    const end = await ends
    stop()
    if (end.state !== 'done') throw new Error(`${method}: ${end.error?.message ?? end.state}`)
    return end
  }
  const rows: BenchRow[] = []
  const measured = async (part: string, what: string, work: () => Promise<unknown>, goal?: number) => {
    if (parts.length > 0 && !parts.includes(part)) return
    const before = process.cpuUsage()
    const ms = await timed(work)
    const { user, system } = process.cpuUsage(before)
    const found: BenchRow[] = [
      { what, value: ms / 1000, unit: 's', ...(goal === undefined ? {} : { goal }) },
      { what: '  of the main side, at work', value: (user + system) / 1e6, unit: 's' },
      { what: '  most memory of the process of its own', value: host.peakMb(), unit: 'MiB', goal: 1500 },
    ]
    rows.push(...found)
    found.forEach(onRow)
  }
  try {
    const file = join(folder, 'large.rightreason')
    const project = createProject(file, { version: 'bench' })
    fill(project, CASES)
    fillMaps(project)
    project.close()
    await call('project.open', { file })
    await measured('subgroups', 'subgroups by site', () => call('patterns.subgroups', { by: { columns: ['group:site'] } }), 2)
    await measured('subgroups', 'subgroups by age band and sex', () => call('patterns.subgroups', { by: { columns: ['ageYears', 'sex'] } }), 2)
    await measured('subgroups', 'the same again, kept', () => call('patterns.subgroups', { by: { columns: ['ageYears', 'sex'] } }))
    await measured('clusters', 'spectral clusters and the plane', () => job('patterns.clusters', { attribution: ATTRIBUTION }), 120)
    await measured('maps', 'maps of two sexes, 2,000 permutations', () => job('patterns.maps', { by: { columns: ['sex'] }, attribution: ATTRIBUTION }))
    await measured('headers', 'headers alone', () => job('patterns.headers', {}))
  } finally {
    await service.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
  return { name: `Patterns of ${CASES.toLocaleString('en')} cases with 7×7 maps`, rows }
}
