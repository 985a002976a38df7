import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { CalibrationReport, PlantReport, PlantRequest } from '../../../src-main/contract/causal.ts'
import { errorRecord, type ErrorRecord } from '../../../src-main/contract/errors.ts'
import type { Job } from '../../../src-main/contract/records.ts'
import { useAppStore } from '../../stores/app.ts'
import { useJobsStore } from '../../stores/jobs.ts'
import { client } from '../../transport/client.ts'

/** Wrong reasons that are planted in the demo's family. */
export const CUES = { marker: 'Laterality marker', tube: 'Tube', exposure: 'Exposure', border: 'Border or collimation', text: 'Burned-in text' } as const
export type Cue = keyof typeof CUES
export const STRENGTHS = [50, 80, 95] as const
export const FAMILY_METHODS = ['gradcam', 'hirescam', 'integrated-gradients', 'occlusion', 'layercam', 'smoothgrad'] as const

const toggled = <T>(list: readonly T[], one: T, order: readonly T[]): readonly T[] => order.filter((other) => (other === one) !== list.includes(other))

/** How far the tool is to be trusted: measured where the truth is known, and on a token in one's own images. */
export const useCalibrationStore = defineStore('calibration', () => {
  const app = useAppStore()
  const jobs = useJobsStore()
  const cues = ref<readonly Cue[]>(['marker'])
  const strengths = ref<readonly number[]>([95])
  const count = ref(60)
  const seed = ref(7)
  const methods = ref<readonly string[]>(['gradcam', 'hirescam', 'integrated-gradients', 'occlusion'])
  const place = ref<PlantRequest['place']>('corner')
  const size = ref(0.05)
  const strength = ref(1.5)
  const sample = ref(40)

  const report = shallowRef<CalibrationReport | null>(null)
  const planted = shallowRef<{ readonly key: string; readonly report: PlantReport } | null>(null)
  const error = shallowRef<ErrorRecord | null>(null)
  const plantError = shallowRef<ErrorRecord | null>(null)
  const own = computed(() => `${app.project?.file}:${app.model?.sha256}:${app.model?.profileSha256}`)
  /** of this project and model, and of nothing else */
  const plant = computed(() => planted.value?.key === own.value ? planted.value.report : null)
  const running = computed<Job | null>(() => jobs.running.find(({ kind }) => kind === 'calibration') ?? null)

  const toggleCue = (cue: Cue) => { cues.value = toggled(cues.value, cue, Object.keys(CUES) as Cue[]) }
  const toggleStrength = (of: number) => { strengths.value = toggled(strengths.value, of, STRENGTHS) }
  const toggleMethod = (id: string) => { methods.value = toggled(methods.value, id, FAMILY_METHODS) }

  async function measure(): Promise<void> {
    error.value = null
    try {
      const job = await jobs.finished(await client.call('causal.calibrate', { cues: [...cues.value], strengths: [...strengths.value], count: count.value, seed: seed.value, methods: [...methods.value] }))
      if (job.state === 'done') report.value = job.result as CalibrationReport
    } catch (thrown) {
      error.value = errorRecord(thrown)
    }
  }
  async function plantToken(): Promise<void> {
    plantError.value = null
    const key = own.value
    try {
      const job = await jobs.finished(await client.call('causal.plant', { place: place.value, size: size.value, strength: strength.value, sample: sample.value, seed: seed.value }))
      if (job.state === 'done') planted.value = { key, report: job.result as PlantReport }
    } catch (thrown) {
      plantError.value = errorRecord(thrown)
    }
  }
  async function cancel(): Promise<void> {
    if (running.value) await jobs.cancel(running.value.id)
  }

  return { cues, strengths, count, seed, methods, place, size, strength, sample, report, plant, error, plantError, running, toggleCue, toggleStrength, toggleMethod, measure, plantToken, cancel }
})
