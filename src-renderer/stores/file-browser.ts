import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Input } from '../../src-main/contract/api.ts'
import { client } from '../transport/client.ts'
import { useAppStore } from './app.ts'

export type PickWhat = Input<'files.pick'>['what']

/** What may be chosen: existing files by their ending, a folder, or a new file's name. */
export const PICKS: Record<PickWhat, { readonly title: string; readonly mode: 'folder' | 'file' | 'new-file'; readonly extensions: readonly string[]; readonly accept: string }> = {
  studies: { title: 'Choose a folder of DICOM studies', mode: 'folder', extensions: [], accept: 'Choose this folder' },
  'studies-file': { title: 'Choose a zip file, a DICOMDIR or one image', mode: 'file', extensions: [], accept: 'Add' },
  model: { title: 'Choose an ONNX model', mode: 'file', extensions: ['onnx'], accept: 'Choose' },
  labels: { title: 'Choose a labels file', mode: 'file', extensions: ['csv', 'tsv', 'txt'], accept: 'Choose' },
  flags: { title: 'Choose a file of flags', mode: 'file', extensions: ['json', 'csv', 'tsv', 'txt'], accept: 'Choose' },
  project: { title: 'Open a project', mode: 'file', extensions: ['rightreason'], accept: 'Open' },
  'save-project': { title: 'New project', mode: 'new-file', extensions: ['rightreason'], accept: 'Create' },
  'export-file': { title: 'Export to a file', mode: 'new-file', extensions: [], accept: 'Choose' },
  'export-folder': { title: 'Export into a folder', mode: 'folder', extensions: [], accept: 'Choose this folder' },
}

export interface PickRequest { readonly what: PickWhat; readonly suggested: string; readonly resolve: (path: string | null) => void }

/** Paths of the user's choice: by the desktop's own dialog, else by the window's. */
export const useFileBrowserStore = defineStore('file-browser', () => {
  const app = useAppStore()
  const request = shallowRef<PickRequest | null>(null)

  /** null: cancelled. */
  function pick(what: PickWhat, suggested = ''): Promise<string | null> {
    if (app.isDesktop) return client.call('files.pick', suggested ? { what, suggested } : { what })
    request.value?.resolve(null)
    return new Promise((resolve) => { request.value = { what, suggested, resolve } })
  }
  function answer(path: string | null): void {
    request.value?.resolve(path)
    request.value = null
  }

  return { request, pick, answer }
})
