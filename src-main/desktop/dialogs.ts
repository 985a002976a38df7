import { dialog, type BrowserWindow, type FileFilter, type OpenDialogOptions } from 'electron'

type Row =
  | { readonly open: OpenDialogOptions['properties']; readonly title: string; readonly filters?: FileFilter[] }
  | { readonly save: true; readonly title: string; readonly filters?: FileFilter[] }

const PROJECT: FileFilter[] = [{ name: 'RightReason project', extensions: ['rightreason'] }]

/** The system's dialog for each thing that files.pick can ask for. */
const DIALOGS: Readonly<Record<string, Row>> = {
  studies: { open: ['openDirectory'], title: 'Folder of studies' },
  'studies-file': { open: ['openFile'], title: 'Zip file or DICOMDIR', filters: [{ name: 'All files', extensions: ['*'] }] },
  model: { open: ['openFile'], title: 'Model', filters: [{ name: 'ONNX model', extensions: ['onnx'] }] },
  labels: { open: ['openFile'], title: 'Labels', filters: [{ name: 'Table', extensions: ['csv', 'tsv', 'txt'] }, { name: 'All files', extensions: ['*'] }] },
  flags: { open: ['openFile'], title: 'Flags', filters: [{ name: 'Review or table', extensions: ['json', 'csv', 'tsv', 'txt'] }, { name: 'All files', extensions: ['*'] }] },
  project: { open: ['openFile'], title: 'Open project', filters: PROJECT },
  'save-project': { save: true, title: 'New project', filters: PROJECT },
  'export-file': { save: true, title: 'Export' },
  'export-folder': { open: ['openDirectory', 'createDirectory', 'promptToCreate'], title: 'Export into a folder' },
}

/** Shows the dialog over the window; null: cancelled, or not something that is picked. */
export async function pick(window: BrowserWindow | null, what: string, suggested?: string): Promise<string | null> {
  const row = Object.hasOwn(DIALOGS, what) ? DIALOGS[what] : null
  if (row === null) return null
  const common = { title: row.title, filters: row.filters, defaultPath: suggested }
  if ('save' in row) {
    const { canceled, filePath } = window ? await dialog.showSaveDialog(window, common) : await dialog.showSaveDialog(common)
    return canceled ? null : filePath
  }
  const options = { ...common, properties: row.open }
  const { canceled, filePaths } = window ? await dialog.showOpenDialog(window, options) : await dialog.showOpenDialog(options)
  return canceled ? null : filePaths[0] ?? null
}
