// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { effectScope } from 'vue'
import { beforeEach, describe, expect, it } from 'vitest'
import { allCommands, commandFor, conflicts, registerCommands } from '../../../src-renderer/composables/use-keys.ts'
import { useProgramKeys } from '../../../src-renderer/composables/use-program-keys.ts'
import { useAppStore } from '../../../src-renderer/stores/app.ts'
import { useAttributionStore } from '../../../src-renderer/stores/attribution.ts'
import { useCaseStore } from '../../../src-renderer/stores/case.ts'
import { useWorklistStore } from '../../../src-renderer/stores/worklist.ts'
import { provideClient } from '../../../src-renderer/transport/client.ts'
import { useDisplayStore } from '../../../src-renderer/views/compare/display-store.ts'
import { useFlagDraftStore } from '../../../src-renderer/views/compare/flag-draft-store.ts'
import { useImagesStore } from '../../../src-renderer/views/compare/images-store.ts'
import { useCompareCommands } from '../../../src-renderer/views/compare/use-compare-commands.ts'
import { pickerKey, useFlagCommands } from '../../../src-renderer/views/compare/use-flag-commands.ts'
import type { Painter } from '../../../src-renderer/views/compare/use-painter.ts'
import { useViewportStore } from '../../../src-renderer/views/compare/viewport-store.ts'
import { fakeClient, SPECIAL } from './fake-client.ts'

const settle = async () => { for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve)) }
const key = (name: string, init: KeyboardEventInit = {}) => new KeyboardEvent('keydown', { key: name, code: name.length === 1 ? `Key${name.toUpperCase()}` : name, ...init })

async function begin(options: Parameters<typeof fakeClient>[0] = {}) {
  setActivePinia(createPinia())
  const fake = fakeClient({ columns: 60, rows: 80, ...options })
  provideClient(fake.client)
  const app = useAppStore()
  const worklist = useWorklistStore()
  await app.start()
  await worklist.start()
  useCaseStore()
  const images = useImagesStore()
  const draft = useFlagDraftStore()
  await settle()
  return { fake, app, worklist, images, draft, viewport: useViewportStore(), display: useDisplayStore(), cases: useCaseStore() }
}
const painter = { imageSize: { value: { width: 60, height: 80, aspect: 1 } }, matrix: { value: null } } as unknown as Painter
const scopes: ReturnType<typeof effectScope>[] = []
function withCommands(focusNote = () => {}) {
  const scope = effectScope()
  scopes.push(scope)
  scope.run(() => {
    useProgramKeys({ focusSearch() {}, toggleList() {}, focusList() {} })
    useCompareCommands(painter, { savePicture() {}, toggleMagnifier() {} })
    useFlagCommands(focusNote)
  })
}
beforeEach(() => { for (const scope of scopes.splice(0)) scope.stop() })

describe('keys of the compare view', () => {
  it('no two commands answer to one key', async () => {
    await begin()
    withCommands()
    expect(conflicts(allCommands())).toEqual([])
  })

  it('the keys that readers know do what they know', async () => {
    const { viewport } = await begin()
    withCommands()
    const known: Record<string, string> = { z: 'image.tool-zoom', '-': 'image.zoom-out', '=': 'image.fit', r: 'image.turn-right', l: 'image.turn-left', h: 'image.flip-across', v: 'image.flip-down', i: 'window.invert', '1': 'window.preset-1', '4': 'window.preset-4', ArrowRight: 'case.next' }
    for (const [name, id] of Object.entries(known)) expect(commandFor(key(name))?.id, name).toBe(id)
    expect(commandFor(key('+', { code: 'Equal', shiftKey: true, modifierShift: true } as KeyboardEventInit))?.id).toBe('image.zoom-in')
    commandFor(key('i'))!.run(key('i'))
    expect(viewport.inverted).toBe(true)
    expect(commandFor(new KeyboardEvent('keydown', { key: ' ', code: 'Space' }))?.id).toBe('image.reset')
    commandFor(new KeyboardEvent('keydown', { key: ' ', code: 'Space' }))!.run(key(' '))
    expect(viewport.inverted).toBe(false)
  })

  it('the overlay is off exactly while its key is held', async () => {
    const { viewport } = await begin()
    withCommands()
    const hold = commandFor(key('x'))!
    hold.run(key('x'))
    expect(viewport.overlayShown).toBe(false)
    hold.release!(key('x'))
    expect(viewport.overlayShown).toBe(true)
  })

  it('1 steps through the file’s own windows, and the preset holds for the next case while a dragged window does not', async () => {
    const { viewport, worklist } = await begin()
    withCommands()
    commandFor(key('2'))!.run(key('2'))
    viewport.chooseWindow({ kind: 'manual', center: 1, width: 2, function: 'LINEAR' })
    await worklist.next()
    expect(viewport.windowChoice).toEqual({ kind: 'percentile', low: 1, high: 99 })
    await settle()
    commandFor(key('1'))!.run(key('1'))
    commandFor(key('1'))!.run(key('1'))
    expect(viewport.windowChoice).toEqual({ kind: 'file', index: 1 })
  })
})

describe('flags', () => {
  it('one key writes the verdict and goes on to the next case', async () => {
    const { fake, worklist } = await begin()
    withCommands()
    commandFor(key('q'))!.run(key('q'))
    await settle()
    expect(fake.flags.get(1)).toMatchObject({ verdict: 'right-reason', reasons: [] })
    expect(worklist.current).toBe(2)
  })

  it('wrong reason asks for reasons by letter or digit, and Enter goes on', async () => {
    const { fake, draft, worklist } = await begin()
    withCommands()
    commandFor(key('w'))!.run(key('w'))
    expect(draft.picking).toBe('wrong-reason')
    pickerKey(key('m'), draft)
    pickerKey(key('2', { code: 'Digit2' }), draft)
    pickerKey(key('m'), draft)
    pickerKey(key('t'), draft)
    pickerKey(key('Enter'), draft)
    await settle()
    expect(fake.flags.get(1)).toMatchObject({ verdict: 'wrong-reason', reasons: ['device', 'burned-in-text'] })
    expect(worklist.current).toBe(2)
    expect(draft.reasons).toEqual([])
  })

  it('Escape leaves the picker without a flag', async () => {
    const { fake, draft } = await begin()
    withCommands()
    commandFor(key('w'))!.run(key('w'))
    pickerKey(key('Escape'), draft)
    await settle()
    expect(draft.picking).toBeNull()
    expect(fake.flags.size).toBe(0)
  })

  it('note and region drawn before the verdict are part of the flag', async () => {
    const { fake, draft } = await begin()
    draft.note = 'marker '
    draft.drawRegion({ kind: 'rectangle', x: 1, y: 2, width: 3, height: 4 })
    draft.finishRegion()
    await draft.decide('unsure', true)
    expect(fake.flags.get(1)).toMatchObject({ verdict: 'unsure', note: 'marker', region: { x: 1, y: 2, width: 3, height: 4 } })
  })

  it('a reason added to a flagged case is written at once, and undo of the service takes it out again', async () => {
    const { fake, draft } = await begin()
    await draft.decide('wrong-reason', true)
    await settle()
    draft.toggleReason('border')
    await settle()
    expect(fake.flags.get(1)?.reasons).toEqual(['border'])
    await fake.client.call('reviews.undo')
    await settle()
    expect(draft.reasons).toEqual([])
  })

  it('a region can be undone, step by step', async () => {
    const { draft } = await begin()
    const regions = [1, 2].map((x) => ({ kind: 'rectangle' as const, x, y: 0, width: 5, height: 5 }))
    for (const region of regions) {
      draft.drawRegion(region)
      draft.finishRegion()
    }
    draft.removeRegion()
    draft.undoRegion()
    expect(draft.region).toEqual(regions[1])
    draft.undoRegion()
    expect(draft.region).toEqual(regions[0])
    draft.undoRegion()
    expect(draft.region).toBeNull()
  })

  it('a draft does not follow to the next case', async () => {
    const { draft, worklist } = await begin()
    draft.toggleReason('device')
    draft.note = 'half a thought'
    await worklist.next()
    await settle()
    expect(draft.reasons).toEqual([])
    expect(draft.note).toBe('')
  })
})

describe('images of the case', () => {
  it('the next cases are there at once after a prefetch, in the order of the list', async () => {
    const { fake, images, worklist } = await begin()
    await images.prefetch()
    expect(fake.calls.find(({ method }) => method === 'attribution.prefetch')?.input).toMatchObject({ caseIds: [2, 3, 4, 5, 6, 7] })
    await worklist.next()
    expect(images.image.state).toBe('ready')
    expect(images.image.value?.record.caseId).toBe(2)
    expect(images.map.value?.record.caseId).toBe(2)
  })

  it('while a case is being read nothing of the last one is shown', async () => {
    const { images, worklist } = await begin()
    expect(images.image.value?.record.caseId).toBe(1)
    void worklist.goTo(5)
    expect(images.image).toMatchObject({ state: 'loading', value: null })
    expect(images.map).toMatchObject({ state: 'loading', value: null })
    await settle()
  })

  it('a case that cannot be decoded says so; a failed run leaves the image', async () => {
    const { images, worklist } = await begin()
    await worklist.goTo(SPECIAL.unreadable - 1)
    await settle()
    expect(images.image.error?.code).toBe('pixel-data-damaged')
    await worklist.goTo(SPECIAL.runError - 1)
    await settle()
    expect(images.image.state).toBe('ready')
    expect(images.map.error?.code).toBe('non-finite')
  })

  it('without a model the image alone is asked for', async () => {
    const { fake, images } = await begin({ withModel: false })
    expect(images.image.state).toBe('ready')
    expect(images.map.state).toBe('none')
    expect(fake.calls.some(({ method }) => method === 'attribution.get')).toBe(false)
  })

  it('another method asks for another map, and the first is still in the cache', async () => {
    const { fake, images } = await begin()
    const attribution = useAttributionStore()
    attribution.choose({ method: 'integrated-gradients' })
    await settle()
    expect(images.map.value?.record).toMatchObject({ signed: true, grid: [224, 224] })
    const asked = fake.calls.filter(({ method }) => method === 'attribution.get').length
    attribution.choose({ method: 'gradcam' })
    await settle()
    expect(images.map.value?.record.grid).toEqual([7, 7])
    expect(fake.calls.filter(({ method }) => method === 'attribution.get').length).toBe(asked)
  })

  it('the model’s input is asked for only where it is shown', async () => {
    const { fake, display } = await begin()
    expect(fake.calls.some(({ method }) => method === 'model.input')).toBe(false)
    display.change({ layout: 'input' })
    await settle()
    expect(fake.calls.some(({ method }) => method === 'model.input')).toBe(true)
  })

  it('display settings survive: they are kept in the view settings of the program', async () => {
    const { display } = await begin({ view: { 'compare.display': { opacity: 0.25, sequential: 'cividis' } } })
    expect(display.settings.opacity).toBe(0.25)
    expect(display.colormap('sequential').id).toBe('cividis')
    expect(display.settings.interpolation).toBe('bilinear')
  })
})

it('commands registered by the view leave with it', async () => {
  await begin()
  withCommands()
  scopes.splice(0)[0].stop()
  expect(allCommands()).toEqual([])
  expect(() => registerCommands([])).not.toThrow()
})
