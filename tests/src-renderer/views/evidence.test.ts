// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, describe, expect, test } from 'vitest'
import type { FaithfulnessReport, Measurement, RandomisationReport } from '../../../src-main/contract/evidence.ts'
import type { Job } from '../../../src-main/contract/records.ts'
import { METRIC_INFOS } from '../../../src-main/evidence/metrics.ts'
import { ReviewError } from '../../../src-main/contract/errors.ts'
import { useAppStore } from '../../../src-renderer/stores/app.ts'
import { useJobsStore } from '../../../src-renderer/stores/jobs.ts'
import { useNavigationStore } from '../../../src-renderer/stores/navigation.ts'
import { useWorklistStore } from '../../../src-renderer/stores/worklist.ts'
import { provideClient } from '../../../src-renderer/transport/client.ts'
import { axisFor, line, PLOT, xOf, yOf } from '../../../src-renderer/views/evidence/chart.ts'
import EvidenceDialog from '../../../src-renderer/views/evidence/EvidenceDialog.vue'
import { detailName, finding, intervalText } from '../../../src-renderer/views/evidence/evidence-words.ts'
import { createFakeClient, type FakeClient, type FakeOptions } from '../fake-client.ts'

const deletion = METRIC_INFOS.find(({ id }) => id === 'deletion')!
const curve = { xLabel: 'x', yLabel: 'y', x: [0, 0.5, 1], lines: [{ name: 'This map', values: [0.9, 0.2, 0.1] }], control: { mean: [0.9, 0.6, 0.1], low: [0.9, 0.5, 0.1], high: [0.9, 0.7, 0.1] } }
const one = (value: number | null, beats: number, note = ''): Measurement & { caseId: number; file: string; className: string } => ({
  caseId: 1, file: 'a.dcm', className: 'Pneumonia', value, beats, note, details: { startScore: 0.9 }, curve: value === null ? null : curve, control: value === null ? null : { mean: 0.6, sd: 0.05, values: [0.5, 0.6, 0.7, 0.6] },
})
const report = (cases: FaithfulnessReport['cases'], more: Partial<FaithfulnessReport> = {}): FaithfulnessReport => ({
  metric: deletion, parameters: {}, cases, failed: [], curve: cases[0]?.curve ?? null,
  mean: { mean: 0.4, low: null, high: null, of: 1 }, controlMean: { mean: 0.6, low: null, high: null, of: 1 }, advantage: { mean: 0.2, low: null, high: null, of: 1 }, better: { count: 1, of: 1, value: 1, low: 0.2, high: 1 }, ...more,
})

describe('findings in words', () => {
  test('one case is told beside the draws of its control', () => {
    expect(finding(report([one(0.4, 1)]))).toEqual({ state: 'ok', text: 'Better than all 4 random draws.' })
    expect(finding(report([one(0.6, 0.5)]))).toEqual({ state: 'open', text: 'Better than 2 of 4 random draws: chance does as well.' })
    expect(finding(report([one(0.9, 0)]))).toEqual({ state: 'bad', text: 'Better than none of 4 random draws.' })
    expect(finding(report([one(null, 0, 'The map is the same everywhere.')], { advantage: null, better: null }))).toEqual({ state: 'none', text: 'The map is the same everywhere.' })
  })

  test('several cases are better than chance only where the interval of the gain leaves nought out', () => {
    const better = { count: 9, of: 10, value: 0.9, low: 0.6, high: 0.98 }
    const of = (mean: number, low: number, high: number) => finding(report([one(0.4, 1), one(0.5, 1)], { better, advantage: { mean, low, high, of: 2 } }))
    expect(of(0.2, 0.1, 0.3)).toEqual({ state: 'ok', text: 'Better than chance: better than its own control in 9 of 10 cases (60 … 98 %).' })
    expect(of(0.2, -0.1, 0.4).state).toBe('open')
    expect(of(-0.2, -0.3, -0.1)).toMatchObject({ state: 'bad', text: expect.stringMatching(/^Worse than chance/) as string })
  })

  test('numbers have true minus signs, details are words', () => {
    expect(intervalText({ mean: -0.05, low: -0.125, high: 0.02, of: 8 })).toBe('−0.050 (−0.125 … 0.020)')
    expect(detailName('mostRelevantFirst')).toBe('Most relevant first')
  })
})

describe('chart', () => {
  test('shares stay on an axis from 0 to 1, other values get round numbers around them', () => {
    expect(axisFor([0.2, 0.9])).toMatchObject({ low: 0, high: 1 })
    const axis = axisFor([-3.2, 7.9])
    expect(axis.low).toBeLessThanOrEqual(-3.2)
    expect(axis.high).toBeGreaterThanOrEqual(7.9)
    expect(axis.ticks).toContain(0)
    expect(axis.ticks.length).toBeLessThan(8)
    expect(axisFor([2, 2]).high).toBeGreaterThan(axisFor([2, 2]).low)
  })

  test('points lie in the frame, the greatest on top', () => {
    const axis = axisFor([0, 1])
    expect([xOf(0), xOf(1)]).toEqual([PLOT.left, PLOT.width - PLOT.right])
    expect([yOf(1, axis), yOf(0, axis)]).toEqual([PLOT.top, PLOT.height - PLOT.bottom])
    expect(line([0, 1], [0, 1], axis)).toBe('42.0,156.0 320.0,8.0')
  })
})

let client: FakeClient
let wrapper: VueWrapper | null = null
const job = (result: unknown): Job => ({ id: 'e1', kind: 'evidence', title: 'Checking a map', state: 'done', done: 1, total: 1, message: '', itemErrors: 0, error: null, result })
async function shown(handlers: FakeOptions['handlers']) {
  setActivePinia(createPinia())
  client = createFakeClient({ handlers: { 'evidence.metrics': () => METRIC_INFOS, ...handlers } })
  provideClient(client)
  await useAppStore().start()
  await useJobsStore().start()
  await useWorklistStore().start()
  useNavigationStore().openDialog('evidence')
  wrapper = mount(EvidenceDialog, { attachTo: document.body })
  await flushPromises()
}
afterEach(() => {
  wrapper?.unmount()
  wrapper = null
  document.body.innerHTML = ''
})
const at = (id: string) => document.querySelector(`[data-testid="${id}"]`) as HTMLElement
const page = () => document.body.textContent ?? ''
async function press(id: string) {
  at(id).click()
  await flushPromises()
}
const sent = (method: string) => client.calls.filter((call) => call.method === method).map(({ input }) => input)

describe('check this map', () => {
  test('a case is measured: number, control, curve, and what it means and does not', async () => {
    await shown({ 'evidence.faithfulness': () => job([report([one(0.4, 1)])]) })
    expect((at('choose-relevance-mass') as HTMLInputElement).disabled).toBe(true)
    await press('measure')
    expect(sent('evidence.faithfulness')).toMatchObject([{ caseIds: [1], metrics: ['deletion', 'insertion', 'road'], attribution: { method: 'gradcam' }, region: null }])
    expect(at('metric-deletion').textContent).toContain('0.400')
    expect(at('metric-deletion').textContent).toContain('0.600 ± 0.050')
    for (const text of [deletion.about, deletion.limits, deletion.control, deletion.source, 'Better than all 4 random draws.']) expect(page()).toContain(text)
    expect(at('curve').querySelectorAll('polyline')).toHaveLength(2)
  })

  test('what was found is not shown for another case, a sample asks for the list', async () => {
    await shown({ 'evidence.faithfulness': () => job([report([one(0.4, 1)])]) })
    await press('measure')
    await useWorklistStore().next()
    await flushPromises()
    expect(at('reports')).toBeNull()
    await press('scope-sample')
    await press('choose-road')
    await press('measure')
    expect(sent('evidence.faithfulness').at(-1)).toMatchObject({ caseIds: null, sample: 20, seed: 1, metrics: ['deletion', 'insertion'] })
  })

  test('the verdict of the random weights is told with its curve and its limit', async () => {
    const interval = (mean: number) => ({ mean, low: mean - 0.05, high: mean + 0.05, of: 8 })
    const point = (depth: number, mean: number) => ({ depth, layer: `layer${depth}`, spearman: interval(mean), spearmanSigned: interval(mean), ssim: interval(mean), flat: 0, maps: 24 })
    const result: RandomisationReport = { method: 'gradcam', cases: [], failed: [], draws: 3, seed: 1, layers: 14, points: [point(1, 0.97), point(14, 0.9)], control: { spearman: interval(0), spearmanSigned: interval(0), ssim: interval(0) }, verdict: 'hardly', words: 'The map hardly changes when the weights do: it does not show what the model learnt.' }
    await shown({ 'evidence.randomisation': () => job(result) })
    await press('part-randomisation')
    await press('randomise')
    expect(at('finding').dataset.state).toBe('bad')
    expect(page()).toContain('does not show what the model learnt')
    expect(at('cascade').textContent).toContain('14 of 14')
    expect(page()).toContain('0.900 (0.850 … 0.950)')
  })

  test('an error says what happened, and the gradient check is at hand', async () => {
    await shown({ 'evidence.faithfulness': () => { throw new ReviewError('busy', 'Another job of this kind is running.') } })
    await press('measure')
    expect(page()).toContain('Another job of this kind is running.')
    await press('part-gradients')
    expect(page()).toContain('Check against finite differences')
  })
})
