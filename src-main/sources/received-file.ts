import { randomUUID } from 'node:crypto'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'

import { Uid } from '../contract/remote.ts'
import { ReviewError } from '../contract/errors.ts'
import { MAX_FILE_BYTES } from '../dicom/limits.ts'
import { writeElement, writeText } from '../dicom/write-elements.ts'
import { keep } from './store-instance.ts'

export interface SentInstance {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  readonly transferSyntaxUid: string
}

/** of this program (PS3.7 D.3.3.2), of the root for UUIDs */
const IMPLEMENTATION_UID = '2.25.209410339281371486157423786431806216477'
const LITTLE = { implicitVr: false, bigEndian: false }
/**
 * The library waits for a full stream, but not in order: a stream that is never full keeps fragments in theirs. Each is written before
 * the next is taken, so nothing piles up.
 */
const NEVER_FULL = 2 ** 31

/** A data set on its way to disk, with the head that a file needs before it (PS3.10 7.1). Never emits an error: what goes wrong is told by `kept`. */
export class ReceivedFile extends Writable {
  private readonly part: string
  private readonly root: string
  private readonly file: number | null = null
  private failure: unknown = null
  private bytes = 0

  constructor(root: string, instance: SentInstance) {
    super({ highWaterMark: NEVER_FULL, decodeStrings: false })
    this.root = root
    this.part = join(root, `${randomUUID()}.part`)
    try {
      this.file = openSync(this.part, 'wx', 0o600)
      writeSync(this.file, fileHead(instance))
    } catch (thrown) {
      this.failure = thrown
    }
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.bytes += chunk.length
    if (this.bytes > MAX_FILE_BYTES) this.failure ??= new ReviewError('pixel-data-too-large', `A file of more than ${MAX_FILE_BYTES} bytes was sent; it is not kept.`)
    if (this.file !== null && this.failure === null) {
      try {
        writeSync(this.file, chunk)
      } catch (thrown) {
        this.failure = thrown
      }
    }
    done()
  }

  /** Also where the connection broke: what is not whole does not stay. */
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (this.file !== null) closeSync(this.file)
    if (error !== null || !this.writableFinished || this.failure !== null) rmSync(this.part, { force: true })
    done(null)
  }

  /** Waits for the end and gives the file its name. Throws what kept it from being stored. */
  async kept(): Promise<string> {
    await finished(this)
    if (this.failure !== null) throw this.failure
    try {
      return await keep(this.root, this.part)
    } catch (thrown) {
      rmSync(this.part, { force: true })
      throw thrown
    }
  }
}

/** Throws `bad-request` where the sender's UIDs are none. */
function fileHead({ sopClassUid, sopInstanceUid, transferSyntaxUid }: SentInstance): Buffer {
  for (const uid of [sopClassUid, sopInstanceUid, transferSyntaxUid]) if (!Uid.safeParse(uid).success) throw new ReviewError('bad-request', 'A file was sent whose identifiers are no UIDs.')
  const meta = Buffer.concat([
    writeElement('00020001', 'OB', Uint8Array.of(0, 1), LITTLE), writeText('00020002', 'UI', sopClassUid, LITTLE), writeText('00020003', 'UI', sopInstanceUid, LITTLE),
    writeText('00020010', 'UI', transferSyntaxUid, LITTLE), writeText('00020012', 'UI', IMPLEMENTATION_UID, LITTLE),
  ])
  const length = Buffer.alloc(4)
  length.writeUInt32LE(meta.length)
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), writeElement('00020000', 'UL', length, LITTLE), meta])
}
