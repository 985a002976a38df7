import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import envPaths from 'env-paths'
import { ReviewError } from '../../contract/errors.ts'
import type { Platform } from '../types.ts'

export type Places = Pick<Platform, 'configFolder' | 'projectsFolder' | 'resourcesFolder' | 'version'>

/** Where this program lies, from the sources and from the bundle alike: the folder of its package.json. */
export function programFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder)
    if (above === folder) throw new ReviewError('internal', 'The program cannot find its own package.json. Install it again.')
    folder = above
  }
  return folder
}

/** The folders of a shell; what is not told is the platform's usual place. */
export function places(told: { config?: string; projects?: string } = {}): Places {
  const program = programFolder()
  const { version } = JSON.parse(readFileSync(join(program, 'package.json'), 'utf8')) as { version: string }
  return {
    configFolder: told.config ? resolve(told.config) : envPaths('RightReason', { suffix: '' }).config,
    projectsFolder: told.projects ? resolve(told.projects) : told.config ? resolve(told.config, 'projects') : join(homedir(), 'RightReason'),
    resourcesFolder: join(program, 'resources'),
    version,
  }
}
