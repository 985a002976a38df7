import type { Reply, Request } from './wire.ts'

/**
 * What the desktop shell's preload script puts on the page as `window.rightReason`. It speaks the same messages as the browser
 * shell's socket, so that a page has one client over two transports. Bytes of a record's `url` come by `fetch` below the page's own origin.
 */
export interface Bridge {
  send(request: Request): void
  /** returns what ends the listening */
  listen(listener: (reply: Reply) => void): () => void
  /** where a file that was dropped onto the page lies; '' for one that was made by a script */
  pathOf(file: File): string
}
/** the property of `window` */
export const BRIDGE_NAME = 'rightReason'
