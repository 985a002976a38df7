import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { ReviewError } from '../contract/errors.ts'
import { previewLabels } from '../project/label-preview.ts'
import { applyLabels } from '../project/label-apply.ts'
import { createProject } from '../project/project.ts'
import type { Project } from '../project/project.ts'
import { isDemo, relocate } from '../project/relocate.ts'
import type { Context } from './context.ts'
import { demoFolder, PARTS } from './demo-parts.ts'
import { importFolder } from './import-folder.ts'
import { useModelFile } from './use-model.ts'
import type { Platform } from './types.ts'

const DEMO_PROJECT = 'Demo.rightreason'

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
  const [studies, labels, model] = [PARTS.studies, PARTS.labels, PARTS.model].map((name) => join(demo, name)) as [string, string, string]
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

/** The program lies elsewhere than when the demo was made (an update, an image that is mounted anew at every start): so do its studies and its model. */
export function followResources(project: Project, platform: Platform): void {
  if (!isDemo(project)) return
  const places = [PARTS.studies, PARTS.model, PARTS.twin].map((name) => join(demoFolder(platform), name)).filter((path) => existsSync(path))
  relocate(project, (path) => !existsSync(path), (path) => places.find((place) => basename(place) === basename(path)) ?? null)
}

async function removeProjectFile(file: string): Promise<void> {
  for (const part of ['', '-wal', '-shm', '-journal']) await rm(`${file}${part}`, { force: true })
}
