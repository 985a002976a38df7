import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { BundledModel } from '../contract/records.ts'
import type { Platform } from './types.ts'

type Resources = Pick<Platform, 'resourcesFolder'>

/** What the bundled demo is made of, below its folder. */
export const PARTS = { studies: 'studies', labels: 'labels.csv', model: 'demo-cnn.onnx', twin: 'demo-cnn-clean.onnx' } as const

export function demoFolder({ resourcesFolder }: Resources): string {
  return join(resourcesFolder, 'demo')
}
export function demoModel(resources: Resources): string {
  return join(demoFolder(resources), PARTS.model)
}

/** The models that come with the program: what a person who has none yet, or wants to compare, may choose. */
export function bundledModels(resources: Resources): readonly BundledModel[] {
  const rows = [
    { name: 'Demo model', part: PARTS.model },
    { name: 'Its clean twin', part: PARTS.twin },
  ]
  return rows.map(({ name, part }) => ({ name, file: join(demoFolder(resources), part) })).filter(({ file }) => existsSync(file))
}
