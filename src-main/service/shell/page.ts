import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'

/** What index.html carries in place of the nonce: `<meta property="csp-nonce" nonce="__CSP_NONCE__">`. */
const NONCE_PLACEHOLDER = '__CSP_NONCE__'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

export interface PageFile {
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
}

/**
 * The Content-Security-Policy of both shells: nothing from elsewhere, no inline script, inline style only under the nonce.
 * `connect` names what `'self'` does not cover everywhere, as the socket's own address.
 */
export function contentSecurityPolicy(nonce: string, connect: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob: data:",
    "font-src 'self'",
    `connect-src ${["'self'", ...connect].join(' ')}`,
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** Headers of every answer of a shell, bytes and refusals too. */
export const GUARD_HEADERS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/**
 * A file of the built page with its headers. `pathname` is the decoded path of the address; '/' is index.html.
 * null: there is no such file, or the path leads out of the folder.
 */
export async function pageFile(folder: string, pathname: string, connect: readonly string[] = []): Promise<PageFile | null> {
  const type = TYPES[pathname === '/' ? '.html' : extname(pathname)]
  const relative = normalize(pathname === '/' ? 'index.html' : `.${pathname}`)
  if (!type || pathname.includes('\0') || pathname.includes('\\') || relative.startsWith('..') || relative.startsWith(sep)) return null
  const body = await readFile(join(folder, relative)).catch(() => null)
  if (body === null) return null
  const nonce = randomBytes(16).toString('base64url')
  const isPage = type === TYPES['.html']
  return {
    body: isPage ? Buffer.from(body.toString('utf8').replaceAll(NONCE_PLACEHOLDER, nonce)) : body,
    headers: {
      ...GUARD_HEADERS,
      'Content-Type': type,
      'Content-Security-Policy': contentSecurityPolicy(nonce, connect),
      // names of built files carry a hash of their content
      'Cache-Control': isPage ? 'no-store' : 'private, max-age=31536000, immutable',
    },
  }
}
