import { app, type Session, type WebContents } from 'electron'
import { isOwn } from './origin.ts'

/** the one thing that the page may ask the system for: copying a tag's value */
const ALLOWED_PERMISSIONS = new Set(['clipboard-sanitized-write'])

/** Keeps the page to its own origin: no other page, no new window, no embedded one. */
export function guardContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  const stay = (details: { url: string; preventDefault: () => void }) => {
    if (!isOwn(details.url)) details.preventDefault()
  }
  contents.on('will-navigate', stay)
  contents.on('will-redirect', stay)
  contents.on('will-frame-navigate', stay)
  contents.on('will-attach-webview', (event) => event.preventDefault())
}

/** Refuses the system's permissions and every request that leaves the program: it works offline, by this as well as by its policy. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(ALLOWED_PERMISSIONS.has(permission)))
  session.setPermissionCheckHandler((_contents, permission) => ALLOWED_PERMISSIONS.has(permission))
  session.setDevicePermissionHandler(() => false)
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    const { protocol } = new URL(url)
    answer({ cancel: !(isOwn(url) || protocol === 'blob:' || protocol === 'data:' || protocol === 'devtools:' || (!app.isPackaged && protocol === 'ws:')) })
  })
  session.setSpellCheckerEnabled(false)
}
