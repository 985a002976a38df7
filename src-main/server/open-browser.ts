import open from 'open'

/** Whether a browser window could be seen here. A Linux machine without a display, and a shell from elsewhere, have none. */
export function hasScreen(platform: NodeJS.Platform = process.platform, env: NodeJS.ProcessEnv = process.env): boolean {
  if (env.SSH_CONNECTION && !env.DISPLAY) return false
  return platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY)
}

/** Opens the address in the user's browser where there is one. The printed address stays the way in where it fails. */
export async function openBrowser(address: string): Promise<void> {
  if (!hasScreen()) return
  const child = await open(address).catch(() => null)
  child?.on('error', () => {})
}
