import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { SOCKET_PATH } from '../contract/wire.ts'
import { connect } from '../service/shell/connection.ts'
import type { Service } from '../service/types.ts'
import type { Access } from './access.ts'

/** a profile with 20,000 class names fits well */
const MAX_MESSAGE_BYTES = 8 * 2 ** 20
/** a page that takes nothing in is let go */
const MAX_WAITING_BYTES = 64 * 2 ** 20
const STATUS_WORDS: Readonly<Record<number, string>> = { 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 421: 'Misdirected Request' }

/** Calls and events as JSON over one WebSocket a page. */
export function createSocketHandler(service: Service, access: Access) {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false, clientTracking: true })
  server.on('connection', (socket) => {
    const connection = connect(service, (reply) => {
      if (socket.readyState !== socket.OPEN) return
      if (socket.bufferedAmount > MAX_WAITING_BYTES) return socket.terminate()
      socket.send(JSON.stringify(reply))
    })
    socket.on('message', (data, isBinary) => {
      const message = isBinary ? undefined : parse(String(data))
      if (message === undefined) return socket.close(1003, 'JSON only')
      connection.receive(message)
    })
    socket.on('close', () => connection.close())
    // a message over the limit ends as an error; ws closes the socket with 1009
    socket.on('error', () => connection.close())
  })

  return {
    upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
      const refusal = access.refuse(request.headers, { strict: true }) ?? (request.url === SOCKET_PATH ? null : { status: 404, reason: 'No socket here.' })
      if (refusal === null) return server.handleUpgrade(request, stream, head, (socket) => server.emit('connection', socket, request))
      stream.once('error', () => stream.destroy())
      stream.end(`HTTP/1.1 ${refusal.status} ${STATUS_WORDS[refusal.status]}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${refusal.reason}\n`)
    },
    close(): void {
      for (const socket of server.clients) socket.close(1001, 'The program ends.')
      server.close()
    },
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
