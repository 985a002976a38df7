import { join } from 'node:path'
import type { Platform } from './types.ts'

type Resources = Pick<Platform, 'resourcesFolder'>

/** What the bundled demo is made of, below its folder. */
export const PARTS = { studies: 'studies', labels: 'labels.csv', model: 'demo-cnn.onnx' } as const

export function demoFolder({ resourcesFolder }: Resources): string {
  return join(resourcesFolder, 'demo')
}
export function demoModel(resources: Resources): string {
  return join(demoFolder(resources), PARTS.model)
}
