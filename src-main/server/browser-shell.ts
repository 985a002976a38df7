import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ReviewError } from '../contract/errors.ts'
import type { Service } from '../service/types.ts'
import { createAccess } from './access.ts'
import { createHttpHandler, type HttpOptions } from './http.ts'
import { createSocketHandler } from './socket.ts'

/** a dropped archive may come through a forwarded port */
const UPLOAD_TIMEOUT_MS = 3_600_000

export interface BrowserShell {
  readonly port: number
  /** an address with a new one-time token */
  newAddress(): string
  /** ends all connections; the service stays */
  close(): Promise<void>
}

/** Serves the page and the service on 127.0.0.1 alone. Port 0: any free one. Throws `busy` where the port is taken. */
export async function startBrowserShell({ service, page, port = 0 }: { service: Service; page: HttpOptions['page']; port?: number }): Promise<BrowserShell> {
  const server = createServer({ headersTimeout: 30_000, requestTimeout: UPLOAD_TIMEOUT_MS, maxHeaderSize: 16 * 1024 })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new ReviewError('busy', `Port ${port} is in use. Choose another with --port, or leave it out for any free one.`, { cause: error }) : error)
    })
    server.listen({ port, host: '127.0.0.1' }, resolve)
  })
  const bound = (server.address() as AddressInfo).port
  // cookies do not know ports: two programs side by side need names of their own
  const access = createAccess(`right-reason-${bound}`)
  const handle = createHttpHandler({ service, access, page })
  const socket = createSocketHandler(service, access)
  server.on('request', (request, response) => {
    void handle(request, response).catch(() => response.destroy())
  })
  server.on('upgrade', socket.upgrade)

  return {
    port: bound,
    newAddress: () => `http://127.0.0.1:${bound}/?token=${access.issueToken()}`,
    close() {
      socket.close()
      return new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}
