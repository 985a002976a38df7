import { join } from 'node:path'
import { z } from 'zod'

import { ReviewError } from '../contract/errors.ts'
import { PROVIDER_IDS } from '../contract/records.ts'
import type { Settings } from '../contract/records.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'

const MAX_VIEW_BYTES = 64 * 1024
const DEFAULTS: Settings = { theme: 'dark', reader: '', provider: null, view: {} }
const Stored = z.object({
  theme: z.enum(['dark', 'light']).default(DEFAULTS.theme),
  reader: z.string().max(100).default(DEFAULTS.reader),
  provider: z.enum(PROVIDER_IDS).nullable().default(DEFAULTS.provider),
  view: z.record(z.string(), z.unknown()).default(DEFAULTS.view),
})

/** `settings.json`, kept in memory and written on every change. */
export interface SettingsStore {
  readonly current: Settings
  change(part: Partial<Settings>): Settings
}

export function openSettings(folder: string): SettingsStore {
  const file = join(folder, 'settings.json')
  let current: Settings = readJsonFile(file, Stored, DEFAULTS)
  return {
    get current() { return current },
    change(part) {
      const known = Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined))
      const next = { ...current, ...known }
      const bytes = Buffer.byteLength(JSON.stringify(next.view))
      if (bytes > MAX_VIEW_BYTES) throw new ReviewError('bad-request', `The window's own settings take ${bytes} bytes, more than ${MAX_VIEW_BYTES}.`)
      writeJsonFile(file, next)
      current = next
      return current
    },
  }
}
