import { existsSync, readFileSync } from 'node:fs'
import { at, run } from './programs.ts'

const REACH_MS = 4_000
const FETCH_MS = 10 * 60_000
const BINARIES = 'https://github.com/electron/electron/releases/download/'

/** Whether Electron's own program is here. Since version 42 `npm ci` brings the package without it. */
export function electronIsHere(): boolean {
  const pathFile = at('node_modules/electron/path.txt')
  return existsSync(pathFile) && existsSync(at(`node_modules/electron/dist/${readFileSync(pathFile, 'utf8')}`))
}

/**
 * null: the desktop shell can be started. Else why not, as the end of a sentence. Fetches Electron's program where it is not
 * here and its server answers within four seconds.
 */
export async function whyNoDesktop({ env = process.env, platform = process.platform, uid = process.getuid?.() } = {}): Promise<string | null> {
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return 'there is no display'
  if (platform === 'linux' && uid === 0) return "Electron's sandbox does not run as root"
  if (electronIsHere()) return null
  const mirror = env.ELECTRON_MIRROR ?? env.npm_config_electron_mirror ?? BINARIES
  const answers = await fetch(mirror, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(REACH_MS) }).then(() => true, () => false)
  if (!answers) return `Electron's program is not installed, and ${new URL(mirror).host} cannot be reached for it`
  console.error("Fetching Electron's program (once).")
  await run('install-electron', [], { quiet: true, timeoutMs: FETCH_MS })
  return electronIsHere() ? null : "Electron's program could not be fetched"
}
