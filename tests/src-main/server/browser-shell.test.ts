import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { request, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Reply } from '../../../src-main/contract/wire.ts'
import { startBrowserShell, type BrowserShell } from '../../../src-main/server/browser-shell.ts'
import { fakeService } from './fake-service.ts'

let folder: string
let shell: BrowserShell
let fake: ReturnType<typeof fakeService>

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'right-reason-page-'))
  mkdirSync(join(folder, 'page', 'assets'), { recursive: true })
  writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html><meta property="csp-nonce" nonce="__CSP_NONCE__"><p>RightReason</p>')
  writeFileSync(join(folder, 'page', 'assets', 'index-abc.js'), 'export {}')
  writeFileSync(join(folder, 'secret.json'), '"outside"')
  fake = fakeService()
  shell = await startBrowserShell({ service: fake.service, page: join(folder, 'page') })
})
afterEach(async () => {
  await shell.close()
  rmSync(folder, { recursive: true })
})

interface Answer { status: number; headers: IncomingHttpHeaders; body: string }
/** A request as it stands: neither Host nor the path is tidied up on the way. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ port: shell.port, host: '127.0.0.1', path, method, headers }, (response) => {
      let body = ''
      response.on('data', (chunk) => { body += String(chunk) })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    sent.on('error', reject)
    sent.end()
  })
}
function post(path: string, headers: Record<string, string>, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ port: shell.port, host: '127.0.0.1', path, method: 'POST', headers }, (response) => {
      let answer = ''
      response.on('data', (chunk) => { answer += String(chunk) })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answer }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
const tokenPath = (address: string) => address.slice(address.indexOf('/?'))
async function session(): Promise<string> {
  const { headers } = await get(tokenPath(shell.newAddress()))
  return headers['set-cookie']![0].split(';')[0]
}
const origin = () => `http://127.0.0.1:${shell.port}`

interface Page { socket: WebSocket; next: () => Promise<Reply>; closed: Promise<number> }
function openSocket(headers: Record<string, string>): Promise<Page> {
  const socket = new WebSocket(`ws://127.0.0.1:${shell.port}/socket`, { headers })
  const received: Reply[] = []
  const waiting: ((reply: Reply) => void)[] = []
  socket.on('message', (data) => {
    const reply = JSON.parse(String(data)) as Reply
    const first = waiting.shift()
    if (first) first(reply)
    else received.push(reply)
  })
  const next = () => received.length > 0 ? Promise.resolve(received.shift()!) : new Promise<Reply>((resolve) => waiting.push(resolve))
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve({ socket, next, closed }))
    socket.once('error', reject)
  })
}
const refusedSocket = (headers: Record<string, string>) => openSocket(headers).then(() => 'opened', (error: Error) => error.message)

describe('the one-time address', () => {
  it('opens a session with a cookie that scripts cannot read and other sites cannot send', async () => {
    const { status, headers, body } = await get(tokenPath(shell.newAddress()))
    expect(status).toBe(200)
    expect(headers['set-cookie']).toHaveLength(1)
    expect(headers['set-cookie']![0]).toMatch(/^right-reason-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(body).toContain('url=/')
  })

  it('works once', async () => {
    const address = shell.newAddress()
    expect((await get(tokenPath(address))).status).toBe(200)
    const second = await get(tokenPath(address))
    expect(second.status).toBe(401)
    expect(second.headers['set-cookie']).toBeUndefined()
  })

  it('is void once a newer one was issued', async () => {
    const old = shell.newAddress()
    shell.newAddress()
    expect((await get(tokenPath(old))).status).toBe(401)
  })

  it('refuses a wrong token and an empty one', async () => {
    shell.newAddress()
    expect((await get('/?token=wrong')).status).toBe(401)
    expect((await get('/?token=')).status).toBe(401)
  })
})

describe('the page', () => {
  it('is refused without a session, in words that say what to do', async () => {
    const { status, body } = await get('/')
    expect(status).toBe(401)
    expect(body).toContain('Open the address')
  })

  it('comes with a policy that allows nothing from elsewhere and no inline script', async () => {
    const { status, headers, body } = await get('/', { cookie: await session() })
    const policy = String(headers['content-security-policy'])
    expect(status).toBe(200)
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).not.toContain('unsafe')
    expect(policy).toContain("frame-ancestors 'none'")
    const nonce = /nonce="([\w-]+)"/.exec(body)![1]
    expect(policy).toContain(`'nonce-${nonce}'`)
    expect(headers['x-content-type-options']).toBe('nosniff')
  })

  it('has another nonce each time it is loaded', async () => {
    const cookie = await session()
    expect((await get('/', { cookie })).body).not.toBe((await get('/', { cookie })).body)
  })

  it('gives its own files and none outside of its folder', async () => {
    const cookie = await session()
    expect((await get('/assets/index-abc.js', { cookie })).body).toBe('export {}')
    for (const path of ['/../secret.json', '/..%2fsecret.json', '/%2e%2e/secret.json', '/assets/..%2f..%2f..%2fsecret.json', '/..%5csecret.json', '/assets', '/missing.js']) {
      const { status, body } = await get(path, { cookie })
      expect([path, status]).toEqual([path, 404])
      expect(body).not.toContain('outside')
    }
  })

  it('is refused to another host name, whatever the session: a name of an attacker may resolve to 127.0.0.1', async () => {
    const cookie = await session()
    for (const host of ['evil.example', `evil.example:${shell.port}`, '127.0.0.1.evil.example']) expect((await get('/', { cookie, host })).status).toBe(421)
    expect((await get(tokenPath(shell.newAddress()), { host: 'evil.example' })).status).toBe(421)
  })

  it('is answered below a forwarded port of another number', async () => {
    expect((await get('/', { cookie: await session(), host: 'localhost:9999' })).status).toBe(200)
  })

  it('is refused to other origins and to requests that other sites began', async () => {
    const cookie = await session()
    expect((await get('/', { cookie, origin: 'http://evil.example' })).status).toBe(403)
    expect((await get('/', { cookie, origin: 'http://127.0.0.1:1' })).status).toBe(403)
    expect((await get('/', { cookie, origin: 'null' })).status).toBe(403)
    expect((await get('/', { cookie, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await get('/', { cookie, origin: origin(), 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  })

  it('answers GET alone', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD']) expect((await get('/', { cookie: await session() }, method)).status).toBe(405)
  })

  it('refuses malformed and endless addresses and headers', async () => {
    const cookie = await session()
    expect((await get('/%zz', { cookie })).status).toBe(400)
    expect((await get(`/${'a'.repeat(5000)}`, { cookie })).status).toBe(400)
    expect((await get('/', { cookie, 'x-long': 'a'.repeat(20_000) })).status).toBe(431)
  })
})

describe('bytes', () => {
  it('come by GET with the session', async () => {
    const { status, headers, body } = await get('/bytes/image/1/0?v=2', { cookie: await session() })
    expect(status).toBe(200)
    expect(headers['cache-control']).toBe('no-store')
    expect([...Buffer.from(body)]).toEqual([1, 2, 3])
  })

  it('are refused without it', async () => {
    expect((await get('/bytes/image/1/0?v=2')).status).toBe(401)
  })

  it('that are not there answer with the error record', async () => {
    const { status, body } = await get('/bytes/image/9/0', { cookie: await session() })
    expect(status).toBe(404)
    expect(JSON.parse(body)).toEqual({ code: 'no-such-case', message: 'There is no such image.' })
  })
})

describe('the socket', () => {
  it('answers a call and gives defaults to its input', async () => {
    const page = await openSocket({ cookie: await session(), origin: origin() })
    page.socket.send(JSON.stringify({ id: 1, method: 'app.state' }))
    expect(await page.next()).toEqual({ id: 1, value: { version: '1.2.3' } })
    expect(fake.calls[0].input).toEqual({})
  })

  it('hands an error over with its code, message and details', async () => {
    const page = await openSocket({ cookie: await session(), origin: origin() })
    page.socket.send(JSON.stringify({ id: 7, method: 'cases.get', input: { caseId: 12 } }))
    expect(await page.next()).toEqual({ id: 7, error: { code: 'no-such-case', message: 'There is no case 12.', details: { caseId: 12 } } })
  })

  it('refuses input that the contract refuses before the service sees it, naming the place', async () => {
    const page = await openSocket({ cookie: await session(), origin: origin() })
    page.socket.send(JSON.stringify({ id: 2, method: 'cases.get', input: { caseId: 'one' } }))
    const reply = await page.next()
    expect(reply).toMatchObject({ id: 2, error: { code: 'bad-request' } })
    expect(JSON.stringify(reply)).toContain("at 'caseId'")
    expect(fake.calls).toHaveLength(0)
  })

  it('refuses a method that does not exist, inherited names too', async () => {
    const page = await openSocket({ cookie: await session(), origin: origin() })
    for (const [id, method] of ['no.such', 'constructor', '__proto__'].entries()) {
      page.socket.send(JSON.stringify({ id, method }))
      expect(await page.next()).toMatchObject({ id, error: { code: 'bad-request' } })
    }
  })

  it('cancels a call', async () => {
    const page = await openSocket({ cookie: await session(), origin: origin() })
    page.socket.send(JSON.stringify({ id: 3, method: 'jobs.list' }))
    page.socket.send(JSON.stringify({ cancel: 3 }))
    expect(await page.next()).toEqual({ id: 3, error: { code: 'cancelled', message: 'Cancelled.' } })
  })

  it('tells every page of events', async () => {
    const cookie = await session()
    const pages = [await openSocket({ cookie, origin: origin() }), await openSocket({ cookie, origin: origin() })]
    fake.emit('cases', { caseIds: [4] })
    for (const page of pages) expect(await page.next()).toEqual({ event: 'cases', payload: { caseIds: [4] } })
  })

  it('opens again with the cookie, and the calls of the page that went are cancelled', async () => {
    const cookie = await session()
    const first = await openSocket({ cookie, origin: origin() })
    first.socket.send(JSON.stringify({ id: 1, method: 'jobs.list' }))
    first.socket.send(JSON.stringify({ id: 2, method: 'app.state' }))
    await first.next()
    const { signal } = fake.calls[0]
    const gone = new Promise((resolve) => signal!.addEventListener('abort', resolve))
    first.socket.close()
    await gone
    expect(fake.listening()).toBe(0)
    const again = await openSocket({ cookie, origin: origin() })
    again.socket.send(JSON.stringify({ id: 1, method: 'project.close' }))
    expect(await again.next()).toEqual({ id: 1, value: null })
  })

  it('is refused without a session, without an Origin, to another Origin and to another Host', async () => {
    const cookie = await session()
    expect(await refusedSocket({ origin: origin() })).toContain('401')
    expect(await refusedSocket({ origin: origin(), cookie: `${cookie}x` })).toContain('401')
    expect(await refusedSocket({ cookie })).toContain('403')
    expect(await refusedSocket({ cookie, origin: 'http://evil.example' })).toContain('403')
    expect(await refusedSocket({ cookie, origin: `http://evil.example:${shell.port}`, host: `evil.example:${shell.port}` })).toContain('421')
  })

  it('ends on a message over 8 MiB, and the others go on', async () => {
    const cookie = await session()
    const [bad, good] = [await openSocket({ cookie, origin: origin() }), await openSocket({ cookie, origin: origin() })]
    bad.socket.send('x'.repeat(8 * 2 ** 20 + 1))
    expect(await bad.closed).toBe(1009)
    good.socket.send(JSON.stringify({ id: 1, method: 'app.state' }))
    expect(await good.next()).toMatchObject({ id: 1 })
  })

  it('ends on what is not JSON', async () => {
    const page = await openSocket({ cookie: await session(), origin: origin() })
    page.socket.send('not JSON')
    expect(await page.closed).toBe(1003)
  })

  it('takes no half-open upgrade for an error of its own', async () => {
    await new Promise<void>((resolve) => {
      const raw = connect(shell.port, '127.0.0.1', () => {
        raw.write('GET /socket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
        raw.destroy()
      })
      raw.once('close', () => resolve())
    })
    expect((await get('/')).status).toBe(401)
  })
})

it('a port that is taken is said in words', async () => {
  await expect(startBrowserShell({ service: fake.service, page: folder, port: shell.port })).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining(String(shell.port)) as string })
})

describe('a dropped file', () => {
  it('is handed on with its decoded path', async () => {
    const { status, body } = await post('/upload/known/a%20b/%C3%A9.dcm', { Cookie: await session(), Origin: origin(), 'Content-Length': '5' }, 'hello')
    expect([status, JSON.parse(body)]).toEqual([200, { path: 'a b/é.dcm' }])
    expect(fake.uploads).toEqual([{ path: 'a b/é.dcm', text: 'hello' }])
  })

  it('is refused without a session, from another page, without its size, and what the service refuses', async () => {
    const cookie = await session()
    const own = { Cookie: cookie, Origin: origin() }
    expect((await post('/upload/known/a', { Origin: origin() }, 'x')).status).toBe(401)
    expect((await post('/upload/known/a', { Cookie: cookie }, 'x')).status).toBe(403)
    expect((await post('/upload/known/a', { ...own, Origin: 'http://evil.example' }, 'x')).status).toBe(403)
    expect((await post('/upload/known/a', { ...own, 'Transfer-Encoding': 'chunked' }, 'x')).status).toBe(411)
    expect((await post('/upload/known/a', own, 'x'.repeat(101))).status).toBe(413)
    expect((await post('/upload/other/a', own, 'x')).status).toBe(400)
    expect((await post('/bytes/image/1/0', own, 'x')).status).toBe(405)
    expect(fake.uploads).toEqual([])
  })
})
