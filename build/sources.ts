import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { at, run } from './programs.ts'

const STAMP = at('out/.built')
const SOURCES = ['src-main', 'src-renderer', 'electron.vite.config.ts', 'package.json', 'package-lock.json']

/** Builds out/ where a source is newer than the last build that passed. Gives the exit code. */
export async function buildIfChanged(): Promise<number> {
  if (existsSync(STAMP) && SOURCES.every((path) => newest(at(path)) <= statSync(STAMP).mtimeMs)) return 0
  const began = new Date()
  const code = await run('electron-vite', ['build', '--logLevel', 'warn'], { quiet: true })
  if (code !== 0) return code
  writeFileSync(STAMP, `${began.toISOString()}\n`)
  return 0
}

/** Time of the last change below a path. */
function newest(path: string): number {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), stat.mtimeMs)
}
