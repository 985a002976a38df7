import type { MethodName, Output, Parsed, Events, EventName } from '../contract/api.ts'
import type { ComputeHost } from '../compute/types.ts'

/** What only a shell can do. Everything else is the same below both. */
export interface Platform {
  readonly shell: 'desktop' | 'browser'
  readonly computeHost: ComputeHost
  /** folder for settings, the list of recent projects and the log */
  readonly configFolder: string
  /** folder offered for new projects */
  readonly projectsFolder: string
  /** resources/ of the program */
  readonly resourcesFolder: string
  readonly version: string
  /** native dialogs; absent: `files.pick` is refused with `not-allowed` */
  pick?(what: string, suggested?: string): Promise<string | null>
}

/** One service a program. Shells check a caller's rights, parse the input by the contract and call it. */
export interface Service {
  /** Throws ReviewError only. */
  call<K extends MethodName>(method: K, input: Parsed<K>, options?: { signal?: AbortSignal }): Promise<Output<K>>
  /** bytes behind the `url` of a record, e.g. 'bytes/image/12/0?v=…'; throws ReviewError 'no-such-case' or 'bad-request' */
  bytes(url: string, options?: { signal?: AbortSignal }): Promise<{ readonly body: Uint8Array; readonly type: string }>
  /** takes in a dropped file: `id` of import.receive, path as the page has it; gives the path that it was written under. Throws ReviewError only */
  upload(id: string, path: string, bytes: number, body: AsyncIterable<Uint8Array>, options?: { signal?: AbortSignal }): Promise<{ readonly path: string }>
  on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void
  close(): Promise<void>
}
