import { ReviewError } from '../contract/errors.ts'

const CRLF = '\r\n'
const MAX_HEAD_BYTES = 16 * 1024
const MAX_PREAMBLE_BYTES = 64 * 1024

export interface Part {
  /** names in lower case */
  readonly headers: ReadonlyMap<string, string>
  /** to be read before the next part is asked for; what is left of it is skipped */
  readonly body: AsyncIterable<Buffer>
}

/** The boundary that a Content-Type names (RFC 2046 5.1.1); null where it is no multipart type or names none that may be. */
export function boundaryOf(contentType: string): string | null {
  if (!/^\s*multipart\/related\s*;/i.test(contentType)) return null
  const match = /;\s*boundary\s*=\s*(?:"([^"\r\n]*)"|([^\s;"]+))/i.exec(contentType)
  const boundary = match?.[1] ?? match?.[2] ?? ''
  return /^[\w'()+,./:=? -]{1,70}$/.test(boundary) ? boundary : null
}

/**
 * The parts of a multipart body (RFC 2046 5.1), one after another as they come in: no more than a chunk and a boundary is held.
 * Throws `server-answer-damaged` where the body ends before its last boundary or has no boundary at all.
 */
export async function* readMultipart(source: AsyncIterable<Uint8Array>, boundary: string): AsyncGenerator<Part> {
  const stream = new Scanner(source)
  const delimiter = Buffer.from(`${CRLF}--${boundary}`, 'latin1')
  let skipped = 0
  for await (const chunk of stream.until(delimiter)) {
    skipped += chunk.length
    if (skipped > MAX_PREAMBLE_BYTES) throw damaged('it does not begin with its boundary')
  }
  for (;;) {
    const rest = await stream.line()
    if (rest.startsWith('--')) return
    if (rest.trim() !== '') throw damaged('a boundary is followed by something else')
    const headers = new Map<string, string>()
    let headBytes = 0
    for (let line = await stream.line(); line !== ''; line = await stream.line()) {
      headBytes += line.length
      if (headBytes > MAX_HEAD_BYTES) throw damaged('the head of a part is too long')
      const colon = line.indexOf(':')
      if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
    }
    // an empty part has its delimiter right behind the empty line, whose line break belongs to it
    stream.unread(CRLF)
    stream.isBehindMark = false
    yield { headers, body: withoutFirst(stream.until(delimiter), CRLF.length) }
    if (!stream.isBehindMark) for await (const _ of stream.until(delimiter)) continue
  }
}

async function* withoutFirst(chunks: AsyncIterable<Buffer>, count: number): AsyncGenerator<Buffer> {
  let left = count
  for await (const chunk of chunks) {
    const skip = Math.min(left, chunk.length)
    left -= skip
    if (chunk.length > skip) yield chunk.subarray(skip)
  }
}

class Scanner {
  private readonly source: AsyncIterator<Uint8Array>
  /** begins with a line break, so that the first boundary has one before it like the others */
  private held: Buffer = Buffer.from(CRLF)
  /** false while what `until` gives is not read to its end */
  isBehindMark = false

  constructor(source: AsyncIterable<Uint8Array>) {
    this.source = source[Symbol.asyncIterator]()
  }

  unread(text: string): void {
    this.held = Buffer.concat([Buffer.from(text, 'latin1'), this.held])
  }

  /** What comes before the mark; the mark itself is taken too. */
  async* until(mark: Buffer): AsyncGenerator<Buffer> {
    this.isBehindMark = false
    for (;;) {
      const at = this.held.indexOf(mark)
      if (at >= 0) {
        const before = this.held.subarray(0, at)
        this.held = this.held.subarray(at + mark.length)
        this.isBehindMark = true
        if (before.length > 0) yield before
        return
      }
      const sure = Math.max(0, this.held.length - mark.length + 1)
      if (sure > 0) {
        const before = this.held.subarray(0, sure)
        this.held = this.held.subarray(sure)
        yield before
      }
      await this.more()
    }
  }

  async line(): Promise<string> {
    for (;;) {
      const at = this.held.indexOf(CRLF)
      if (at >= 0) {
        const line = this.held.toString('latin1', 0, at)
        this.held = this.held.subarray(at + CRLF.length)
        return line
      }
      // the last boundary need not be followed by a line break
      if (this.held.length >= 2 && this.held.toString('latin1', 0, 2) === '--') return '--'
      if (this.held.length > MAX_HEAD_BYTES) throw damaged('the head of a part is too long')
      await this.more()
    }
  }

  private async more(): Promise<void> {
    const { done, value } = await this.source.next()
    if (done) throw damaged('it ends before its last boundary')
    this.held = this.held.length === 0 ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : Buffer.concat([this.held, value])
  }
}

function damaged(what: string): ReviewError {
  return new ReviewError('server-answer-damaged', `The server's answer of several parts cannot be read: ${what}. Try again; if it stays so, the server is not a DICOMweb server or something between changes its answers.`)
}
