// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Component } from 'vue'
import { ReviewError } from '../../../src-main/contract/errors.ts'
import type { MethodName } from '../../../src-main/contract/api.ts'
import { useAppStore } from '../../../src-renderer/stores/app.ts'
import { useFileBrowserStore } from '../../../src-renderer/stores/file-browser.ts'
import { useJobsStore } from '../../../src-renderer/stores/jobs.ts'
import { useNavigationStore } from '../../../src-renderer/stores/navigation.ts'
import { useNotificationsStore } from '../../../src-renderer/stores/notifications.ts'
import { useWorklistStore } from '../../../src-renderer/stores/worklist.ts'
import { provideClient } from '../../../src-renderer/transport/client.ts'
import DataView from '../../../src-renderer/views/data/DataView.vue'
import ExportDialog from '../../../src-renderer/views/export/ExportDialog.vue'
import FileBrowser from '../../../src-renderer/views/files/FileBrowser.vue'
import LabelsView from '../../../src-renderer/views/labels/LabelsView.vue'
import ModelView from '../../../src-renderer/views/model/ModelView.vue'
import PatternsView from '../../../src-renderer/views/patterns/PatternsView.vue'
import SampleDialog from '../../../src-renderer/views/worklist/SampleDialog.vue'
import { createFakeClient, FAKE_PROFILE, type FakeClient, type FakeOptions } from '../fake-client.ts'

let client: FakeClient
let wrapper: VueWrapper | null = null
async function shown(component: Component, options: FakeOptions = {}) {
  setActivePinia(createPinia())
  client = createFakeClient(options)
  provideClient(client)
  await useAppStore().start()
  await useJobsStore().start()
  await useWorklistStore().start()
  wrapper = mount(component, { attachTo: document.body })
  await flushPromises()
  return wrapper
}
afterEach(() => {
  wrapper?.unmount()
  wrapper = null
  document.body.innerHTML = ''
})
const sent = (method: MethodName) => client.calls.filter((call) => call.method === method).map(({ input }) => input)
const page = () => document.body.textContent ?? ''
const button = (name: string) => [...document.querySelectorAll('button')].find((element) => element.textContent?.trim() === name || element.ariaLabel === name) as HTMLButtonElement
async function press(name: string) {
  button(name).click()
  await flushPromises()
}

describe('studies', () => {
  test('a folder is imported and its report names what could not be read', async () => {
    await shown(DataView)
    await press('Add a folder of studies')
    useFileBrowserStore().answer('/data/new')
    await flushPromises()
    expect(sent('import.start')).toEqual([{ folder: '/data/new', also: [], images: false }])
    expect(page()).toContain('Import done')
    expect(page()).toContain('south/study-00017.dcm')
    expect(page()).toContain('The file ends within the pixel data.')
  })

  test('an import that cannot start says why', async () => {
    await shown(DataView, { handlers: { 'import.start': () => { throw new ReviewError('busy', 'An import is running.') } } })
    await press('Read again')
    expect(page()).toContain('An import is running.')
    expect(page()).toContain('Wait for it to end')
  })

  test('a dialog that is closed imports nothing', async () => {
    await shown(DataView)
    await press('Add a folder of studies')
    useFileBrowserStore().answer(null)
    await flushPromises()
    expect(sent('import.start')).toEqual([])
  })
})

describe('labels', () => {
  test('are matched before they are applied, with what is left over on both sides', async () => {
    await shown(LabelsView)
    await press('Read again')
    await vi.waitFor(() => expect(page()).toContain('rows fit'))
    expect(page()).toContain('north/other.dcm')
    expect(page()).toContain('north/study-00004.dcm')
    expect(sent('labels.apply')).toEqual([])
    await press('Apply the labels')
    expect(sent('labels.apply')).toEqual([{ file: '/data/labels.csv', mapping: { join: 'file', joinColumn: 'file', labelColumn: 'finding', classOf: { Normal: 0, Pneumonia: 1 }, groupColumns: ['ward'] } }])
  })

  test('a file without the columns it needs says which', async () => {
    await shown(LabelsView, { handlers: { 'labels.preview': () => { throw new ReviewError('labels-missing-column', 'The file has one column only. Save it with commas or tabs.') } } })
    await press('Read again')
    expect(page()).toContain('one column only')
  })
})

describe('model', () => {
  const noPicture = () => { throw new ReviewError('not-ready', 'There are no pictures in this test.') }

  test('shows inputs, outputs, layers, operators without gradient and what is assumed', async () => {
    await shown(ModelView, { handlers: { 'cases.image': noPicture } })
    for (const text of ['input', 'logits', '[batch, 3, 224, 224]', '7×7', 'NonMaxSuppression', 'Mean and standard deviation are assumed.', 'assumed', 'from the model']) expect(page()).toContain(text)
  })

  test('a field that does not fit is told at the field, and the model is not used with it', async () => {
    await shown(ModelView, { handlers: { 'cases.image': noPicture } })
    const std = document.querySelector<HTMLInputElement>('input[aria-label=Std]')!
    std.value = '0'
    std.dispatchEvent(new Event('change'))
    await flushPromises()
    expect(page()).toContain('must not be 0')
    expect(button('Use this model').disabled).toBe(true)
  })

  test('a changed profile is used and saved beside the model', async () => {
    await shown(ModelView, { handlers: { 'cases.image': noPicture } })
    const mean = document.querySelector<HTMLInputElement>('input[aria-label=Mean]')!
    mean.value = '0.5 0.5 0.5'
    mean.dispatchEvent(new Event('change'))
    await flushPromises()
    await press('Use this model')
    expect(sent('model.use')).toEqual([{ file: '/models/pneumonia.onnx', profile: { ...FAKE_PROFILE, values: { ...FAKE_PROFILE.values, mean: [0.5, 0.5, 0.5] } }, saveBeside: true }])
  })

  test('a damaged file is an error on the screen', async () => {
    await shown(ModelView, { handlers: { 'model.inspect': () => { throw new ReviewError('onnx-damaged', 'The file ends within node 12. Export it again.') } } })
    expect(page()).toContain('ends within node 12')
  })
})

describe('patterns', () => {
  test('a number opens its cases', async () => {
    await shown(PatternsView)
    const cell = document.querySelector<HTMLButtonElement>('td.key .cell-button')!
    const count = Number(cell.textContent)
    cell.click()
    await flushPromises()
    expect(useWorklistStore().filter.conditions).toEqual([{ column: 'outcome', op: 'in', value: ['correct'] }, { column: 'verdict', op: 'in', value: ['wrong-reason'] }])
    expect(useWorklistStore().total).toBe(count)
    expect(useNavigationStore().view).toBe('compare')
  })

  test('shares stand with their intervals', async () => {
    await shown(PatternsView)
    expect(page()).toContain('85.7 %')
    expect(page()).toContain('74.3 … 92.6 % (95 %, Wilson)')
  })
})

describe('export', () => {
  async function opened() {
    await shown(ExportDialog)
    useNavigationStore().openDialog('export')
    await flushPromises()
  }

  test('takes flagged cases and pseudonyms unless it is told otherwise', async () => {
    await opened()
    const path = document.querySelector<HTMLInputElement>('input[aria-label=File]')!
    path.value = '/out/review.csv'
    path.dispatchEvent(new Event('input'))
    await flushPromises()
    document.querySelector<HTMLFormElement>('#export-form')!.requestSubmit()
    await flushPromises()
    expect(sent('export.start')).toEqual([expect.objectContaining({ format: 'csv', out: '/out/review.csv', identifiers: 'pseudonym', overwrite: false, filter: expect.objectContaining({ conditions: [{ column: 'verdict', op: 'not-empty', value: null }] }) })])
    expect(page()).toContain('Written: /out/review.csv')
  })

  test('warns in words before identifiers leave as they are', async () => {
    await opened()
    expect(page()).toContain('The export names patients.')
  })

  test('says what leaves, and says it anew when the choice changes', async () => {
    await opened()
    const leaves = () => document.querySelector('[data-testid=what-leaves]')!.textContent!
    expect(leaves()).toMatch(/1 file of 60 cases/)
    expect(leaves()).toMatch(/Patient ID, accession number\s*Replaced/)
    expect(leaves()).not.toContain('names patients')
    document.querySelector<HTMLInputElement>('input[name=identifiers][value=plain]')!.click()
    await flushPromises()
    expect(leaves()).toMatch(/names patients.*Patient ID, accession number\s*Stays/s)
    expect(sent('export.preview').at(-1)).toMatchObject({ format: 'csv', identifiers: 'plain', retain: [] })
  })

  test('needs a path', async () => {
    await opened()
    expect([...document.querySelectorAll<HTMLButtonElement>('.dialog-actions button')].at(-1)!.disabled).toBe(true)
  })
})

describe('sample', () => {
  test('is drawn from the list as it is, and becomes the list', async () => {
    await shown(SampleDialog)
    await useWorklistStore().setFilter({ text: 'north' })
    useNavigationStore().openDialog('sample')
    await flushPromises()
    document.querySelector<HTMLFormElement>('#sample-form')!.requestSubmit()
    await flushPromises()
    expect(sent('samples.draw')).toEqual([{ filter: { text: 'north', conditions: [], sampleId: null }, size: 30, seed: 1, stratifyBy: null, name: '' }])
    expect(useWorklistStore().filter).toEqual({ text: '', conditions: [], sampleId: 1 })
  })
})

describe('file browser', () => {
  async function picking(what: 'studies' | 'model' | 'save-project') {
    await shown(FileBrowser)
    const picked = useFileBrowserStore().pick(what, what === 'save-project' ? '/data/Untitled.rightreason' : '')
    await flushPromises()
    const field = document.querySelector<HTMLInputElement>('input[aria-label^=Path]')!
    const type = async (text: string) => {
      field.value = text
      field.dispatchEvent(new Event('input'))
      await flushPromises()
    }
    const key = async (target: Element, name: string) => {
      target.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }))
      await flushPromises()
    }
    return { picked, field, type, key }
  }

  test('Tab completes a typed path and goes into the folder', async () => {
    const { field, type, key } = await picking('studies')
    await type('/data/stu')
    await key(field, 'Tab')
    expect(field.value).toBe('/data/studies/')
    expect(sent('files.list')).toContainEqual({ path: '/data/studies', extensions: [] })
  })

  test('arrows and Enter choose a file', async () => {
    const { picked, key } = await picking('model')
    const list = document.querySelector('[role=listbox]')!
    await key(list, 'End')
    expect(document.querySelector('[aria-selected=true]')!.textContent).toContain('model.onnx')
    await key(list, 'Enter')
    expect(await picked).toBe('/data/model.onnx')
  })

  test('a typed path is taken as it is', async () => {
    const { picked, field, type, key } = await picking('studies')
    await type('/somewhere/else')
    await key(field, 'Enter')
    expect(await picked).toBe('/somewhere/else')
  })

  test('a new project gets its ending', async () => {
    const { picked, type } = await picking('save-project')
    await type('/data/ward 7')
    await press('Create')
    expect(await picked).toBe('/data/ward 7.rightreason')
  })

  test('a folder that cannot be read is an error in the dialog, and another can be typed', async () => {
    const { type, picked, field, key } = await picking('studies')
    client.handlers['files.list'] = () => { throw new ReviewError('file-unreadable', 'The folder /secret cannot be read.') }
    await type('/secret/')
    expect(page()).toContain('The folder /secret cannot be read.')
    await type('/other')
    await key(field, 'Enter')
    expect(await picked).toBe('/other')
    expect(useNotificationsStore().items).toEqual([])
  })
})
