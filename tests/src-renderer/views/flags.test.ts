// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, expect, test } from 'vitest'
import type { FlagFilePreview, FlagImportReport } from '../../../src-main/contract/interchange.ts'
import { useAppStore } from '../../../src-renderer/stores/app.ts'
import { useFileBrowserStore } from '../../../src-renderer/stores/file-browser.ts'
import { useNavigationStore } from '../../../src-renderer/stores/navigation.ts'
import { provideClient } from '../../../src-renderer/transport/client.ts'
import FlagsDialog from '../../../src-renderer/views/flags/FlagsDialog.vue'
import { createFakeClient, type FakeClient } from '../fake-client.ts'

const PREVIEW: FlagFilePreview = {
  file: '/data/tool.csv', kind: 'table', format: 'commas', columns: ['image', 'verdict'], rows: [['1.dcm', 'shortcut']], rowCount: 2, distinct: { verdict: ['shortcut', 'fine'] },
  guess: { join: 'file', joinColumn: 'image', verdictColumn: 'verdict', verdictOf: { shortcut: 'wrong-reason' }, reasonsColumn: null, noteColumn: null, readerColumn: null, reader: 'Ada', timeColumn: null, regionColumns: null },
}
const FLAG = { verdict: 'right-reason', reasons: [], note: '', region: null, reader: 'Ada', time: '2026-11-27T10:00:00.000Z' } as const
const REPORT: FlagImportReport = {
  flags: 2, added: 1, same: 0, conflictCount: 1, conflicts: [{ caseId: 1, file: '1.dcm', reader: 'Ada', here: FLAG, there: { ...FLAG, verdict: 'wrong-reason' } }], unmatchedCount: 1, unmatched: [{ line: 3, key: '9.dcm' }], readers: ['Ada'], problems: ['one problem'], applied: false, replaced: 0,
}

let client: FakeClient
let wrapper: VueWrapper | null = null
afterEach(() => {
  wrapper?.unmount()
  document.body.innerHTML = ''
})
const page = () => document.body.textContent ?? ''
const button = (name: RegExp) => [...document.querySelectorAll('button')].find((element) => name.test(element.textContent ?? '')) as HTMLButtonElement
const sent = () => client.calls.filter(({ method }) => method === 'flags.import').map(({ input }) => input)

test('a table is mapped, conflicts are named, and the file\'s word holds only where that is ticked', async () => {
  setActivePinia(createPinia())
  client = createFakeClient({ handlers: { 'flags.preview': () => PREVIEW, 'flags.match': () => REPORT, 'flags.import': ({ replace }) => ({ ...REPORT, applied: true, replaced: replace ? 1 : 0 }) } })
  provideClient(client)
  await useAppStore().start()
  wrapper = mount(FlagsDialog, { attachTo: document.body })
  useNavigationStore().openDialog('flags')
  await flushPromises()
  button(/Choose a file/).click()
  useFileBrowserStore().answer('/data/tool.csv')
  await flushPromises()
  expect(page()).toMatch(/1 to add.*1 in conflict.*1 of no case here; by Ada/s)
  expect(page()).toMatch(/one problem.*1\.dcmAdaRight reason.*Wrong reason/s)
  expect(button(/^Import/).textContent).toContain('Import 1 flag')
  document.querySelector<HTMLInputElement>('input[type=checkbox]')!.click()
  await flushPromises()
  expect(button(/^Import/).textContent).toContain('Import 2 flags')
  button(/^Import 2/).click()
  await flushPromises()
  expect(sent()).toEqual([{ file: '/data/tool.csv', mapping: PREVIEW.guess, replace: true }])
  expect(page()).toMatch(/1 added.*\(1 replaced\)/s)
})
