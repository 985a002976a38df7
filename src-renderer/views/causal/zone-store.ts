import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Outline, ZoneEvidence, ZoneTemplate } from '../../../src-main/contract/causal.ts'
import { errorRecord, type ErrorRecord } from '../../../src-main/contract/errors.ts'
import { useAppStore } from '../../stores/app.ts'
import { useNotificationsStore } from '../../stores/notifications.ts'
import { useWorklistStore } from '../../stores/worklist.ts'
import { client } from '../../transport/client.ts'
import { useFlagDraftStore } from '../compare/flag-draft-store.ts'
import { useImagesStore } from '../compare/images-store.ts'
import { middleRegion } from '../compare/region-keys.ts'
import { useCheckStore } from './check-store.ts'
import { useCaseEvidenceStore } from './evidence-case-store.ts'
import { fractionsOf, rectangleRing, thinned } from './outline.ts'

/** More would not be handles but a line. */
const MOST_HANDLES = 24

/** Zones on the image: whether they are shown, which one is chosen, and the outline that is being corrected. */
export const useZoneStore = defineStore('zones', () => {
  const app = useAppStore()
  const checks = useCheckStore()
  const draft = useFlagDraftStore()
  const images = useImagesStore()
  const notifications = useNotificationsStore()
  const stored = useCaseEvidenceStore()
  const worklist = useWorklistStore()

  const shown = app.memory('compare.zones', false)
  /** the outline as it is being drawn; null: nothing is corrected */
  const editing = shallowRef<{ readonly zone: string; readonly outline: Outline } | null>(null)
  const saving = ref(false)
  const error = shallowRef<ErrorRecord | null>(null)
  const templates = shallowRef<readonly ZoneTemplate[]>([])

  const found = computed(() => stored.zones.filter(({ outline }) => outline.length > 0))
  const picked = computed<ZoneEvidence | null>(() => stored.zones.find(({ name }) => name === checks.picked) ?? null)
  const image = computed(() => images.image.value?.record ?? null)

  /** The next one that was found, then none. */
  function pickNext(): void {
    shown.value = true
    const names = found.value.map(({ name }) => name)
    checks.picked = names[names.indexOf(checks.picked ?? '') + 1] ?? null
  }
  function pick(name: string | null): void {
    if (editing.value === null) checks.picked = name === checks.picked ? null : name
  }

  /** From the detected outline; from the region drawn, or a box in the middle, where nothing was found. */
  function edit(): void {
    const zone = picked.value
    if (!zone || !image.value) return
    const start = zone.outline.length > 0 ? thinned(zone.outline, MOST_HANDLES) : [rectangleRing(draft.region ?? middleRegion(image.value))]
    shown.value = true
    error.value = null
    editing.value = { zone: zone.name, outline: start }
  }
  function change(outline: Outline): void {
    const now = editing.value
    const size = image.value
    if (!now || !size) return
    const within = outline.map((ring) => ring.map(([x, y]) => [Math.min(size.columns, Math.max(0, x)), Math.min(size.rows, Math.max(0, y))] as const))
    editing.value = { ...now, outline: within }
  }
  function leave(): void {
    editing.value = null
  }

  async function correct(zone: string, outline: Outline | null): Promise<void> {
    const caseId = worklist.current
    if (caseId === null || saving.value) return
    saving.value = true
    error.value = null
    try {
      const next = await client.call('causal.correctZone', { caseId, zone, outline: outline === null ? null : outline.map((ring) => ring.map(([x, y]): [number, number] => [x, y])) })
      stored.putZones(caseId, next)
      editing.value = null
    } catch (thrown) {
      error.value = errorRecord(thrown)
    } finally {
      saving.value = false
    }
  }
  async function save(): Promise<void> {
    if (editing.value) await correct(editing.value.zone, editing.value.outline)
  }

  async function loadTemplates(): Promise<void> {
    templates.value = await client.call('causal.templates')
  }
  /** The outline being corrected, the chosen zone's, or the region, over all cases. */
  const templateOutline = computed<Outline | null>(() => editing.value?.outline ?? (picked.value && picked.value.outline.length > 0 ? picked.value.outline : null) ?? (draft.region ? [rectangleRing(draft.region)] : null))
  async function saveTemplate(name: string, cue: boolean): Promise<boolean> {
    const outline = templateOutline.value
    const size = image.value
    if (!outline || !size) return false
    error.value = null
    try {
      const shares = fractionsOf(outline, size.columns, size.rows).map((ring) => ring.map(([x, y]): [number, number] => [x, y]))
      templates.value = await client.call('causal.saveTemplate', { name, frame: 'image', outline: shares, cue })
      notifications.notify('ok', `‘${name}’ is a zone of every case now. Suspicion has to be looked for again.`)
      await stored.load()
      return true
    } catch (thrown) {
      error.value = errorRecord(thrown)
      return false
    }
  }
  async function removeTemplate(name: string): Promise<void> {
    try {
      templates.value = await client.call('causal.removeTemplate', { name })
      if (checks.picked === `template:${name}`) checks.picked = null
      await stored.load()
    } catch (thrown) {
      error.value = errorRecord(thrown)
    }
  }

  watch(() => worklist.current, () => {
    editing.value = null
    error.value = null
  }, { flush: 'sync' })

  return { shown, editing, saving, error, templates, found, picked, templateOutline, pickNext, pick, edit, change, leave, correct, save, loadTemplates, saveTemplate, removeTemplate }
})
