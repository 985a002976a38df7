import type { EventName } from './api.ts'
import type { ErrorRecord } from './errors.ts'

/** What a page sends: a call under an id of its own choice, or the wish to cancel one. JSON on the socket, structured clone on the desktop. */
export type Request =
  | { readonly id: number; readonly method: string; readonly input: unknown }
  | { readonly cancel: number }

/** What it gets: one answer a call, and events. */
export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: ErrorRecord }
  | { readonly event: EventName; readonly payload: unknown }

/** where the browser shell's socket is, below the page's origin */
export const SOCKET_PATH = '/socket'
/**
 * Where a page of the browser shell sends a dropped file, POSTed as it is: `<UPLOAD_PATH><id of import.receive>/<path, encoded>`. The answer is
 * JSON: `{ path }`, relative to the folder, or an error record
 */
export const UPLOAD_PATH = '/upload/'
