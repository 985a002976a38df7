import { createHmac, timingSafeEqual } from 'node:crypto'

import { readMeta } from '../project/meta.ts'
import type { Project } from '../project/project.ts'

const DIGITS = 16

/**
 * The address of bytes, with a version made by the project's key from what the number in the address stands for (`content`): once another project is
 * open, or the number means something else, an old address fits nothing and is refused, and never gives another patient's pixels.
 */
export function addressOf(project: Project, path: string, content: string): string {
  return `${path}?v=${versionOf(project, path, content)}`
}

export function isVersion(project: Project, path: string, content: string, version: string): boolean {
  return version.length === DIGITS && timingSafeEqual(Buffer.from(versionOf(project, path, content)), Buffer.from(version.padEnd(DIGITS).slice(0, DIGITS)))
}

function versionOf(project: Project, path: string, content: string): string {
  return createHmac('sha256', readMeta(project.database, 'pseudonym-key')!).update(`address\0${path}\0${content}`).digest('hex').slice(0, DIGITS)
}
