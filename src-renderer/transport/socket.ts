import type { Client } from '../../src-main/contract/api.ts'
import type { Reply, Request } from '../../src-main/contract/wire.ts'
import { Calls } from './calls.ts'
import type { Connection } from './connection.ts'

const OPEN = 1
const RETRY_MS = [250, 500, 1000, 2000, 4000]
const LOST = { code: 'not-ready', message: 'The connection to the program was lost before it answered. Wait until it is back, then try again.' } as const

/** What of the browser's WebSocket is used; tests hand in their own. */
export interface Socket {
  onopen: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  /** 1: open; anything else takes no message, and its end is told a moment later */
  readonly readyState: number
  send(text: string): void
}
export interface SocketOptions {
  readonly connect?: (url: string) => Socket
  readonly later?: (run: () => void, ms: number) => void
}

/**
 * The browser shell's client. Calls made before the socket is open wait for it; when it is lost, what waits for an answer
 * ends with `not-ready`, and the socket is tried again for as long as the page is open.
 */
export function socketClient(
  page: { readonly protocol: string; readonly host: string },
  report: (state: Connection) => void,
  { connect = (url) => new WebSocket(url) as unknown as Socket, later = (run, ms) => { setTimeout(run, ms) } }: SocketOptions = {},
): Client {
  const url = `${page.protocol === 'https:' ? 'wss:' : 'ws:'}//${page.host}/socket`
  let socket: Socket | null = null
  let everOpen = false
  let attempts = 0
  let waiting: Request[] = []

  const calls = new Calls((request) => {
    if (socket?.readyState === OPEN) socket.send(JSON.stringify(request))
    else waiting.push(request)
  })

  function open(): void {
    const next = connect(url)
    next.onopen = () => {
      socket = next
      everOpen = true
      attempts = 0
      const queued = waiting
      waiting = []
      for (const request of queued) next.send(JSON.stringify(request))
      report('open')
    }
    next.onmessage = (event: never) => calls.receive(JSON.parse((event as { data: string }).data) as Reply)
    next.onclose = () => {
      socket = null
      waiting = []
      calls.failAll(LOST)
      report(everOpen ? 'lost' : attempts >= 2 ? 'refused' : 'connecting')
      later(open, RETRY_MS[Math.min(attempts++, RETRY_MS.length - 1)])
    }
  }

  open()
  return calls.asClient()
}
