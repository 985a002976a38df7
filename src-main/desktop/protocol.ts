import { net, protocol } from 'electron'
import { errorRecord, type ErrorCode } from '../contract/errors.ts'
import { GUARD_HEADERS, pageFile } from '../service/shell/page.ts'
import type { Service } from '../service/types.ts'
import { DEVELOPMENT_URL, ORIGIN, SCHEME } from './origin.ts'

const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = { 'no-such-case': 404, 'no-such-frame': 404, 'no-such-run': 404, 'bad-request': 400, 'not-ready': 409 }

/** Before the app is ready: the page's scheme is secure, has an origin and can be fetched from, as https would. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } }])
}

/** Serves the built page and the bytes of records below the page's origin. */
export function servePage(service: Service, folder: string): void {
  protocol.handle(SCHEME, (request) => answer(service, folder, request))
  // hot reload serves the page from elsewhere; the bytes come from here all the same
  if (DEVELOPMENT_URL !== undefined) protocol.handle('http', (request) => new URL(request.url).pathname.startsWith('/bytes/') ? answer(service, folder, request) : net.fetch(request, { bypassCustomProtocolHandlers: true }))
}

/** Exported for the tests. */
export async function answer(service: Service, folder: string, request: Pick<Request, 'url' | 'method' | 'signal'>): Promise<Response> {
  const { pathname, search, host } = new URL(request.url)
  if (request.method !== 'GET') return refusal(405)
  if (DEVELOPMENT_URL === undefined && `${SCHEME}://${host}` !== ORIGIN) return refusal(404)
  let path: string
  try {
    path = decodeURIComponent(pathname)
  } catch {
    return refusal(400)
  }
  if (path.startsWith('/bytes/')) return bytes(service, `${path.slice(1)}${search}`, request.signal)
  const file = await pageFile(folder, path)
  return file ? new Response(new Uint8Array(file.body), { headers: file.headers }) : refusal(404)
}

async function bytes(service: Service, url: string, signal: AbortSignal): Promise<Response> {
  try {
    const { body, type } = await service.bytes(url, { signal })
    return new Response(body as Uint8Array<ArrayBuffer>, { headers: { ...GUARD_HEADERS, 'Content-Type': type, 'Cache-Control': 'no-store' } })
  } catch (thrown) {
    const record = errorRecord(thrown)
    return Response.json(record, { status: STATUS[record.code] ?? 500, headers: GUARD_HEADERS })
  }
}

const refusal = (status: number) => new Response(null, { status, headers: GUARD_HEADERS })
