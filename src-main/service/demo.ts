import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { ReviewError } from '../contract/errors.ts'
import { previewLabels } from '../project/label-preview.ts'
import { applyLabels } from '../project/label-apply.ts'
import { createProject } from '../project/project.ts'
import type { Project } from '../project/project.ts'
import type { Context } from './context.ts'
import { importFolder } from './import-folder.ts'
import { useModelFile } from './use-model.ts'
import type { Platform } from './types.ts'

const DEMO_PROJECT = 'Demo.rightreason'

export function demoFolder(platform: Platform): string {
  return join(platform.resourcesFolder, 'demo')
}
export function demoProjectFile(platform: Platform): string {
  return join(platform.projectsFolder, DEMO_PROJECT)
}

/**
 * Makes the demo project from the program's resources: its studies, labels and model, in place. It appears under its name when it is whole.
 * Throws `file-not-found` where the program was installed without its demo.
 */
export async function makeDemoProject(context: Context, signal: AbortSignal): Promise<void> {
  const { platform } = context
  const demo = demoFolder(platform)
  const [studies, labels, model] = ['studies', 'labels.csv', 'demo-cnn.onnx'].map((name) => join(demo, name)) as [string, string, string]
  for (const part of [studies, labels, model]) {
    if (!existsSync(part)) throw new ReviewError('file-not-found', `The demo is not complete: ${part} is missing. Install the program again.`)
  }
  await mkdir(platform.projectsFolder, { recursive: true })
  const file = demoProjectFile(platform)
  const making = `${file}.new`
  await removeProjectFile(making)
  const project: Project = createProject(making, { version: platform.version, isDemo: true })
  try {
    await importFolder(project, studies, { signal, progress: () => undefined, itemFailed: () => undefined })
    await useModelFile(context, project, { file: model })
    const { guess } = await previewLabels(project, labels, { signal })
    await applyLabels(project, labels, guess, { signal })
  } catch (thrown) {
    project.close()
    await removeProjectFile(making)
    throw thrown
  }
  project.close()
  await rename(making, file)
}

async function removeProjectFile(file: string): Promise<void> {
  for (const part of ['', '-wal', '-shm', '-journal']) await rm(`${file}${part}`, { force: true })
}
