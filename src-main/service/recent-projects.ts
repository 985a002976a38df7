import { existsSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { z } from 'zod'

import type { RecentProject } from '../contract/records.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'

const KEPT = 20
const Stored = z.array(z.object({ file: z.string(), openedAt: z.string() }))

/** The projects opened last, the newest first. */
export interface RecentProjects {
  list(): RecentProject[]
  opened(file: string): void
}

export function openRecentProjects(folder: string): RecentProjects {
  const file = join(folder, 'recent.json')
  let entries = readJsonFile(file, Stored, [])
  return {
    list: () => entries.map((entry) => ({ ...entry, name: basename(entry.file, extname(entry.file)), exists: existsSync(entry.file) })),
    opened(project) {
      entries = [{ file: project, openedAt: new Date().toISOString() }, ...entries.filter((entry) => entry.file !== project)].slice(0, KEPT)
      writeJsonFile(file, entries)
    },
  }
}
