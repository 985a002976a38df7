import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorRecord, type ErrorCode } from '../contract/errors.ts'
import { UPLOAD_PATH } from '../contract/wire.ts'
import { GUARD_HEADERS, pageFile } from '../service/shell/page.ts'
import type { Service } from '../service/types.ts'
import type { Access } from './access.ts'
import { takeUpload } from './upload.ts'

const MAX_ADDRESS = 4096
const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = { 'no-such-case': 404, 'no-such-frame': 404, 'no-such-run': 404, 'bad-request': 400, 'not-allowed': 403, 'not-ready': 409, cancelled: 499 }
const NOTHING_MORE = "default-src 'none'; frame-ancestors 'none'"

export interface HttpOptions {
  readonly service: Service
  readonly access: Access
  /** the built page; or what serves the page in its place, as a development server does */
  readonly page: string | ((request: IncomingMessage, response: ServerResponse) => void)
}

/** Answers GET: the one-time address, the page's files, and bytes of records; and POST of a dropped file. */
export function createHttpHandler({ service, access, page }: HttpOptions) {
  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = address(request.url)
    if (url === null) return end(response, 400, 'The address is not valid.')
    const token = url.pathname === '/' ? url.searchParams.get('token') : null
    const isUpload = request.method === 'POST' && url.pathname.startsWith(UPLOAD_PATH)
    const refusal = access.refuse(request.headers, { anonymous: token !== null, strict: isUpload })
    if (refusal) return end(response, refusal.status, refusal.reason)
    if (isUpload) return takeUpload(request, response, service, url)
    if (request.method !== 'GET') return end(response, 405, 'Only GET is answered here.', { Allow: 'GET' })
    if (token !== null) return enter(response, access, token)
    if (url.pathname.startsWith('/bytes/')) return sendBytes(response, service, url)
    if (typeof page === 'function') return page(request, response)
    await sendFile(response, page, url.pathname, request.headers.host ?? '')
  }
}

/** The address of a request, or null where it is malformed, too long or not below this server. */
function address(text: string | undefined): URL | null {
  if (!text?.startsWith('/') || text.startsWith('//') || text.length > MAX_ADDRESS) return null
  const url = URL.parse(text, 'http://localhost')
  if (url === null) return null
  try {
    decodeURIComponent(url.pathname)
    return url
  } catch {
    return null
  }
}

/**
 * Exchanges the token for a cookie. The way on is a refresh of the page and no redirect: a redirect that another site's link
 * began counts as cross-site, and the browser would hold the strict cookie back.
 */
function enter(response: ServerResponse, access: Access, token: string) {
  const cookie = access.redeem(token)
  if (cookie === null) return end(response, 401, 'This address was used already, or it is not complete. Go back to the window that is open, or press Enter in the terminal for a new address.')
  response.writeHead(200, { ...GUARD_HEADERS, 'Content-Security-Policy': NOTHING_MORE, 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store', 'Set-Cookie': cookie })
  response.end('<!doctype html><title>RightReason</title><meta http-equiv="refresh" content="0;url=/">')
}

async function sendBytes(response: ServerResponse, service: Service, url: URL) {
  const control = new AbortController()
  response.once('close', () => control.abort())
  try {
    const { body, type } = await service.bytes(`${decodeURIComponent(url.pathname).slice(1)}${url.search}`, { signal: control.signal })
    response.writeHead(200, { ...GUARD_HEADERS, 'Content-Type': type, 'Content-Length': body.byteLength, 'Cache-Control': 'no-store', 'Content-Security-Policy': NOTHING_MORE })
    response.end(body)
  } catch (thrown) {
    const record = errorRecord(thrown)
    response.writeHead(STATUS[record.code] ?? 500, { ...GUARD_HEADERS, 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' })
    response.end(JSON.stringify(record))
  }
}

async function sendFile(response: ServerResponse, folder: string, pathname: string, host: string) {
  const file = await pageFile(folder, decodeURIComponent(pathname), [`ws://${host}`])
  if (file === null) return end(response, 404, 'There is no such file.')
  response.writeHead(200, { ...file.headers, 'Content-Length': file.body.byteLength })
  response.end(file.body)
}

function end(response: ServerResponse, status: number, words: string, headers: Readonly<Record<string, string>> = {}) {
  response.writeHead(status, { ...GUARD_HEADERS, ...headers, 'Content-Type': 'text/plain; charset=utf-8', 'Content-Security-Policy': NOTHING_MORE, 'Cache-Control': 'no-store', Connection: 'close' })
  response.end(`${words}\n`)
}
