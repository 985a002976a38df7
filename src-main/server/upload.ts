import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorRecord } from '../contract/errors.ts'
import type { ErrorCode } from '../contract/errors.ts'
import { UPLOAD_PATH } from '../contract/wire.ts'
import { GUARD_HEADERS } from '../service/shell/page.ts'
import type { Service } from '../service/types.ts'

const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = { 'bad-request': 400, 'not-allowed': 413, 'not-ready': 409, 'disk-full': 507, cancelled: 499 }

/** Hands a dropped file on as it comes in; nothing of it is held. A refusal ends the connection, since what follows is not read. */
export async function takeUpload(request: IncomingMessage, response: ServerResponse, service: Service, url: URL): Promise<void> {
  const [id = '', ...path] = url.pathname.slice(UPLOAD_PATH.length).split('/')
  const bytes = Number(request.headers['content-length'])
  const control = new AbortController()
  request.once('aborted', () => control.abort())
  try {
    if (!Number.isSafeInteger(bytes) || bytes < 0) return answer(response, 411, { code: 'bad-request', message: 'The size of the file is not announced.' })
    const written = await service.upload(id, decodeURIComponent(path.join('/')), bytes, request, { signal: control.signal })
    answer(response, 200, written)
  } catch (thrown) {
    const record = errorRecord(thrown)
    answer(response, STATUS[record.code] ?? 500, record)
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { ...GUARD_HEADERS, 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store', 'Content-Security-Policy': "default-src 'none'", ...(status === 200 ? {} : { Connection: 'close' }) })
  response.end(JSON.stringify(body))
}
