import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Names under which a browser reaches a loopback server, itself or through a forwarded port. */
const LOOPBACK_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]'])

export type Refusal = { readonly status: 401 | 403 | 421; readonly reason: string }

export interface Access {
  /** a token that opens one session and then is worth nothing; voids the one before */
  issueToken(): string
  /** the cookie of a new session, or null where the token is wrong or used */
  redeem(token: string): string | null
  /** null: the request may go on. `strict`: an Origin has to be there (sockets) */
  refuse(headers: IncomingHttpHeaders, options?: { strict?: boolean; anonymous?: boolean }): Refusal | null
}

/**
 * Who may talk to the browser shell. A page elsewhere can make a browser send requests here, by a name of its own that
 * resolves to 127.0.0.1 (Host), or across origins (Origin, Sec-Fetch-Site); other users of the machine can open the port (the session).
 *
 * The port is not part of the Host check, so that a forwarded port may have another number; it is part of the Origin check.
 */
export function createAccess(cookieName: string): Access {
  let token: string | null = null
  const sessions = new Set<string>()

  return {
    issueToken() {
      token = randomBytes(32).toString('base64url')
      return token
    },
    redeem(offered) {
      if (token === null || !timingSafeEqual(digest(token), digest(offered))) return null
      token = null
      const session = randomBytes(32).toString('base64url')
      sessions.add(digest(session).toString('hex'))
      return `${cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict`
    },
    refuse(headers, { strict = false, anonymous = false } = {}) {
      const host = headers.host ?? ''
      if (!LOOPBACK_NAMES.has(host.replace(/:\d+$/, '').toLowerCase())) return { status: 421, reason: 'This server answers to 127.0.0.1 and localhost only.' }
      const { origin } = headers
      if (origin === undefined ? strict : origin !== `http://${host}`) return { status: 403, reason: 'Requests of other pages are not answered.' }
      const site = headers['sec-fetch-site']
      if (!anonymous && site !== undefined && site !== 'same-origin' && site !== 'none') return { status: 403, reason: 'Requests of other pages are not answered.' }
      if (anonymous) return null
      const session = cookie(headers.cookie, cookieName)
      if (session !== null && sessions.has(digest(session).toString('hex'))) return null
      return { status: 401, reason: 'No session. Open the address that the program printed when it started; it works once. Press Enter there for a new one.' }
    },
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest()

function cookie(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2)
    if (key === name && value) return value
  }
  return null
}
