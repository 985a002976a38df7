// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Component } from 'vue'
import type { MethodName } from '../../../src-main/contract/api.ts'
import { ReviewError } from '../../../src-main/contract/errors.ts'
import { listenForKeys } from '../../../src-renderer/composables/use-keys.ts'
import { useAppStore } from '../../../src-renderer/stores/app.ts'
import { useJobsStore } from '../../../src-renderer/stores/jobs.ts'
import { useNavigationStore } from '../../../src-renderer/stores/navigation.ts'
import { useWorklistStore } from '../../../src-renderer/stores/worklist.ts'
import { provideClient } from '../../../src-renderer/transport/client.ts'
import { cueFinding, plantFinding } from '../../../src-renderer/views/calibration/calibration-words.ts'
import CalibrationView from '../../../src-renderer/views/calibration/CalibrationView.vue'
import { checkTitle, plain, reasonOf, signed, termText, verdictFinding } from '../../../src-renderer/views/causal/causal-words.ts'
import { pairPixels } from '../../../src-renderer/views/causal/check-picture.ts'
import { useCheckStore } from '../../../src-renderer/views/causal/check-store.ts'
import EvidenceSection from '../../../src-renderer/views/causal/EvidenceSection.vue'
import { boxOf, fractionsOf, pathOf, thinned, withoutVertex, withVertexAfter, zoneWithin, type Ring } from '../../../src-renderer/views/causal/outline.ts'
import SuspectsDialog from '../../../src-renderer/views/causal/SuspectsDialog.vue'
import { ACCUSED } from '../../../src-renderer/views/causal/suspects-store.ts'
import TourStrip from '../../../src-renderer/views/causal/TourStrip.vue'
import { useZoneStore } from '../../../src-renderer/views/causal/zone-store.ts'
import { useFlagDraftStore } from '../../../src-renderer/views/compare/flag-draft-store.ts'
import FlagPanel from '../../../src-renderer/views/compare/panel/FlagPanel.vue'
import { nextSort } from '../../../src-renderer/views/worklist/columns.ts'
import { causalHandlers, fakeEvidence, FAKE_CALIBRATION, FAKE_PLANT, fakeCheck, fakeTerms, fakeZones, WEAK } from '../fake-causal.ts'
import { createFakeClient, type FakeClient, type FakeOptions } from '../fake-client.ts'

describe('words', () => {
  test('numbers have true minus signs, and no minus before nought', () => {
    expect([signed(-3.42), signed(0.5), plain(-0.001), plain(-123.4)]).toEqual(['−3.42', '+0.50', '0.00', '−123'])
  })
  test('that an answer rests on anatomy is no reproach', () => {
    expect(verdictFinding(fakeCheck({ zone: 'markers' })).state).toBe('bad')
    expect(verdictFinding(fakeCheck({ zone: 'lungs' })).state).toBe('ok')
    expect(verdictFinding(fakeCheck({ zone: 'markers' }, WEAK)).state).toBe('none')
  })
  test('a supported check speaks for the reason of its zone or of its change, any other for none', () => {
    expect(reasonOf(fakeCheck({ zone: 'markers' }))).toBe('laterality-marker')
    expect(reasonOf(fakeCheck({ operation: 'gamma' }))).toBe('exposure')
    expect(reasonOf(fakeCheck({}), 'text')).toBe('burned-in-text')
    expect(reasonOf(fakeCheck({ zone: 'lungs' }))).toBeNull()
    expect(reasonOf(fakeCheck({ zone: 'markers' }, WEAK))).toBeNull()
  })
  test('a term tells its effect beside the controls and the share of the map', () => {
    expect(termText(fakeTerms()[0])).toBe('the whole margin is lost; 0 of 24 controls lose as much; the answer changes; 3 % of the map lies in it, 0.6 % of the image')
    expect(termText(fakeTerms()[3])).toBe('not found')
    expect(checkTitle(fakeCheck({ operation: 'blur', zone: 'text', parameters: { sigma: 4 } }), () => 'Blur')).toBe('Blur: Text (sigma 4)')
  })
  test('calibration: the interval decides, and false alarms before all', () => {
    const [marker, exposure] = FAKE_CALIBRATION.cues
    expect(cueFinding(marker).state).toBe('ok')
    expect(cueFinding(exposure).state).toBe('bad')
    expect(cueFinding({ ...marker, falseAlarms: { count: 20, of: 90, value: 0.22, low: 0.15, high: 0.31 } }).text).toMatch(/^Accuses the innocent/)
    expect(cueFinding({ ...marker, wrongReason: 0 }).state).toBe('none')
    expect(plantFinding(FAKE_PLANT).state).toBe('ok')
  })
})

describe('outlines', () => {
  const ring: Ring = [[0, 0], [5, 0.1], [10, 0], [10, 10], [0, 10]]
  test('are thinned where they are straightest', () => {
    expect(thinned([ring], 4)).toEqual([[[0, 0], [10, 0], [10, 10], [0, 10]]])
  })
  test('gain a corner half way to the next, and lose a ring with its third', () => {
    expect(withVertexAfter([[[0, 0], [10, 0], [10, 10]]], 0, 2)[0][3]).toEqual([5, 5])
    expect(withoutVertex([[[0, 0], [10, 0], [10, 10]]], 0, 1)).toEqual([])
  })
  test('have a path, a box and fractions of the image', () => {
    expect(pathOf([[[0, 0], [2, 0], [2, 2]]])).toBe('M0 0L2 0L2 2Z')
    expect(boxOf([ring])).toEqual({ x: 0, y: 0, width: 10, height: 10 })
    expect(boxOf([])).toBeNull()
    expect(fractionsOf([ring], 20, 40)[0][3]).toEqual([0.5, 0.25])
  })
  test('a region drawn around a small thing is of that thing', () => {
    expect(zoneWithin({ kind: 'rectangle', x: 430, y: 20, width: 60, height: 60 }, fakeZones())).toBe('markers')
    expect(zoneWithin({ kind: 'rectangle', x: 100, y: 100, width: 60, height: 60 }, fakeZones())).toBeNull()
  })
})

test('two inputs are shown on one grey scale', () => {
  const [before, after] = pairPixels(Float32Array.of(0, 1), Float32Array.of(0, 0.5), { width: 2, height: 1, channels: 1 })
  expect([before[4], after[4]]).toEqual([255, 128])
})
test('suspicion sorts from its upper end', () => {
  expect(nextSort(null, 'suspicion')).toEqual({ column: 'suspicion', descending: true })
  expect(nextSort({ column: 'suspicion', descending: true }, 'suspicion')).toEqual({ column: 'suspicion', descending: false })
  expect(nextSort({ column: 'suspicion', descending: false }, 'suspicion')).toBeNull()
  expect(nextSort({ column: 'file', descending: true }, 'file')).toBeNull()
})

let client: FakeClient
let wrapper: VueWrapper | null = null
let stopKeys = () => {}
async function shown(component: Component, handlers: FakeOptions['handlers'] = {}) {
  setActivePinia(createPinia())
  client = createFakeClient({ handlers: { ...causalHandlers(), ...handlers } })
  provideClient(client)
  await useAppStore().start()
  await useJobsStore().start()
  await useWorklistStore().start()
  stopKeys = listenForKeys(window)
  wrapper = mount(component, { attachTo: document.body })
  await settled()
}
/** the evidence of a case is asked for a moment after it is shown */
async function settled() {
  await flushPromises()
  vi.advanceTimersByTime(500)
  await flushPromises()
}
beforeEach(() => { vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }) })
afterEach(() => {
  stopKeys()
  wrapper?.unmount()
  wrapper = null
  document.body.innerHTML = ''
  vi.useRealTimers()
})
const at = (id: string) => document.querySelector(`[data-testid="${id}"]`) as HTMLElement
const press = async (id: string) => {
  at(id).click()
  await settled()
}
async function key(name: string, more: KeyboardEventInit = {}) {
  (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more }))
  await settled()
}
const sent = (method: MethodName) => client.calls.filter((call) => call.method === method).map(({ input }) => input)

describe('evidence of a case', () => {
  test('one key erases the most suspect zone: verdict, scores, change beside its controls', async () => {
    await shown(EvidenceSection)
    expect(at('not-looked-at').textContent).toContain('Not looked at yet')
    await key('k')
    expect(sent('causal.check')).toMatchObject([{ caseId: 1, operation: 'erase', zone: 'markers', region: null }])
    expect(at('check-result').dataset.verdict).toBe('supported')
    expect(at('finding').dataset.state).toBe('bad')
    expect(at('score-before').textContent).toBe('91.7 %, logit 1.20')
    expect(at('score-after').textContent).toBe('3.5 %, logit −2.22')
    expect(at('delta').textContent).toBe('−3.42')
    expect(at('flips').textContent).toContain('The answer changes to ‘Normal’; under no control it changes.')
    expect(at('control-strip').getAttribute('aria-label')).toBe('Δ logit −3.42; 24 controls from −0.12 to +0.11')
    expect(at('suggestion').textContent).toContain('Laterality marker')
  })

  test('a region drawn goes before the suspect, and a zone chosen after it before both', async () => {
    await shown(EvidenceSection)
    useFlagDraftStore().setRegion({ kind: 'rectangle', x: 10, y: 10, width: 50, height: 50 })
    await settled()
    await key('k')
    useCheckStore().picked = 'lungs'
    await key('k')
    expect(sent('causal.check')).toMatchObject([{ region: { x: 10 }, zone: null }, { region: null, zone: 'lungs' }])
    expect(at('check-history').textContent).toContain('2 checks in the record')
  })

  test('of several small objects the key erases the one that told most', async () => {
    const region = { kind: 'rectangle', x: 440, y: 30, width: 36, height: 40 } as const
    await shown(EvidenceSection, { 'causal.evidence': ({ caseId }) => fakeEvidence(caseId, { suspicion: 0.58, terms: [{ ...fakeTerms()[0], region }] }) })
    await key('k')
    expect(sent('causal.check')).toMatchObject([{ operation: 'erase', region, zone: null }])
    expect(at('check-target').textContent).toBe('Erase: Small high-contrast objects, the most suspect')
  })

  test('the key levels the air around the body, which erasing would fill with body', async () => {
    const air: Ring = [[0, 0], [60, 0], [60, 512], [0, 512]]
    await shown(EvidenceSection, { 'causal.evidence': ({ caseId }) => fakeEvidence(caseId, { zones: fakeZones().map((zone) => zone.name === 'outside-body' ? { ...zone, outline: [air] } : zone) }) })
    useCheckStore().picked = 'outside-body'
    await key('k')
    // the form still offers to erase: the next zone may be another
    expect(useCheckStore().operationId).toBe('erase')
    useCheckStore().picked = 'markers'
    await key('k')
    expect(sent('causal.check')).toMatchObject([{ operation: 'level', zone: 'outside-body' }, { operation: 'erase', zone: 'markers' }])
  })

  test('a look at the case tells its suspicion, the greatest term first', async () => {
    await shown(EvidenceSection)
    await press('look')
    client.emit('cases', { caseIds: [1] })
    await settled()
    expect(sent('causal.suspect')).toMatchObject([{ caseIds: [1] }])
    expect(at('suspicion-value').textContent).toBe('0.58')
    expect(at('suspicion').textContent).toContain('Accused')
    expect(document.querySelectorAll('[data-testid=term]')[0].textContent).toContain('Small high-contrast objects')
  })

  test('what failed says why, and nothing of it stays for the next case', async () => {
    await shown(EvidenceSection, { 'causal.check': () => { throw new ReviewError('bad-parameter', 'The region lies outside of the part of the image that the model is given.') } })
    await key('k')
    expect(at('check-error').textContent).toContain('outside of the part')
    await useWorklistStore().next()
    await settled()
    expect(at('check-error')).toBeNull()
    expect(at('check-result')).toBeNull()
  })

  test('a check that is cancelled shows nothing, also when its answer comes', async () => {
    let answer: (check: ReturnType<typeof fakeCheck>) => void = () => {}
    await shown(EvidenceSection, { 'causal.check': () => new Promise((resolve) => { answer = resolve }) })
    await press('check')
    expect(at('checking')).not.toBeNull()
    await press('check-cancel')
    answer(fakeCheck({}))
    await settled()
    expect(at('check-result')).toBeNull()
    expect(at('check')).not.toBeNull()
  })

  test('the region is pasted into cases of another answer, beside a patch from elsewhere', async () => {
    await shown(EvidenceSection)
    await key('k')
    await press('spread-run')
    expect(sent('causal.spread')).toMatchObject([{ caseId: 1, region: { x: 440, y: 30, width: 36, height: 40 } }])
    expect(at('spread').textContent).toContain('28 of 32')
    expect(at('spread').textContent).toContain('1 of 32')
  })

  test('the picker of reasons offers what the check speaks for, and takes it by one key only', async () => {
    await shown(FlagPanel)
    const checks = useCheckStore()
    await checks.run('take-out')
    await settled()
    const draft = useFlagDraftStore()
    draft.picking = 'wrong-reason'
    await settled()
    expect(at('reason-suggestion').textContent).toContain('Laterality marker')
    expect(draft.reasons).toEqual([])
    at('reasons').dispatchEvent(new KeyboardEvent('keydown', { key: 'k', bubbles: true, cancelable: true }))
    await settled()
    expect(draft.reasons).toEqual(['laterality-marker'])
    expect(sent('reviews.flag')).toEqual([])
  })
})

describe('zones', () => {
  test('are chosen one after the other by a key, corrected, said not to be there, and taken back', async () => {
    await shown(EvidenceSection)
    await key('X', { shiftKey: true })
    expect(useZoneStore().shown).toBe(true)
    expect(useCheckStore().picked).toBe('border')
    await press('legend-markers')
    await press('zone-absent')
    await press('zone-reset')
    expect(sent('causal.correctZone')).toMatchObject([{ zone: 'markers', outline: [] }, { zone: 'markers', outline: null }])
    expect(at('legend-markers').textContent).toContain('0.6 %')
  })

  test('one of your own stands at the same place of every case', async () => {
    await shown(EvidenceSection)
    useZoneStore().shown = true
    const zones = useZoneStore()
    useFlagDraftStore().setRegion({ kind: 'rectangle', x: 0, y: 0, width: 128, height: 256 })
    await settled()
    await vi.waitFor(() => expect(zones.templateOutline).not.toBeNull())
    await press('template')
    const field = at('template-name') as HTMLInputElement
    field.value = 'Sticker'
    field.dispatchEvent(new Event('input'))
    await settled()
    at('template-save').closest('form')!.dispatchEvent(new Event('submit', { cancelable: true }))
    await settled()
    expect(sent('causal.saveTemplate')).toEqual([{ name: 'Sticker', frame: 'image', cue: true, outline: [[[0, 0], [0.25, 0], [0.25, 0.5], [0, 0.5]]] }])
  })
})

describe('suspects', () => {
  test('the report tells how many, for what, and links the first ten', async () => {
    await shown(SuspectsDialog)
    useNavigationStore().openDialog('suspects')
    await settled()
    await press('suspects-run')
    expect(at('accused').textContent).toBe('14 of 60 cases are accused')
    expect(at('suspect-report').querySelectorAll('tbody tr')).toHaveLength(10)
    expect(at('suspect-report').textContent).toContain('could not be looked at')
    await press('order-suspects')
    expect(useWorklistStore().sort).toEqual({ column: 'suspicion', descending: true })
    expect((useAppStore().recall('list.columns', []) as { name: string }[]).slice(0, 2).map(({ name }) => name)).toEqual(['file', 'suspicion'])
  })
  test('only the accused is a filter like any other', async () => {
    await shown(SuspectsDialog)
    const { useSuspectsStore } = await import('../../../src-renderer/views/causal/suspects-store.ts')
    await useSuspectsStore().toggleAccused()
    expect(useWorklistStore().filter.conditions).toEqual([ACCUSED])
    await useSuspectsStore().toggleAccused()
    expect(useWorklistStore().filter.conditions).toEqual([])
  })
})

describe('calibration', () => {
  test('a planted reason is measured beside its clean twin, in numbers and in words', async () => {
    await shown(CalibrationView)
    await press('cue-exposure')
    await press('calibrate')
    expect(sent('causal.calibrate')).toMatchObject([{ cues: ['marker', 'exposure'], strengths: [95], seed: 7 }])
    expect(at('cue-row-marker').textContent).toContain('0.985 (0.965 … 1.000)')
    expect(at('cue-table').textContent).toContain('Would be noticed')
    expect(at('method-shares').textContent).toContain('Grad-CAM')
    await press('plant-run')
    expect(at('plant-report').textContent).toContain('36 of 40')
  })
  test('an error says what happened', async () => {
    await shown(CalibrationView, { 'causal.calibrate': () => { throw new ReviewError('file-not-found', 'The demo’s generator is not there.') } })
    await press('calibrate')
    expect(document.body.textContent).toContain('The demo’s generator is not there.')
  })
})

describe('five minutes with the demo', () => {
  test('a step is done when the thing itself was done; hidden, it stays hidden', async () => {
    await shown(TourStrip)
    expect(at('tour-see').getAttribute('aria-current')).toBe('step')
    await useCheckStore().run('take-out')
    await settled()
    expect(at('tour-prove').className).toContain('done')
    await press('tour-hide')
    expect(at('tour')).toBeNull()
    expect(useAppStore().recall('demo.tour', null)).toMatchObject({ hidden: true })
  })
})

