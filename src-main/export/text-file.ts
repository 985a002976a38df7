import { open, type FileHandle } from 'node:fs/promises'

const FLUSH_AT = 256 * 1024

/** A text file that is written piece by piece and is on disk when it is closed. */
export class TextFile {
  readonly #handle: FileHandle
  #waiting: string[] = []
  #length = 0

  private constructor(handle: FileHandle) {
    this.#handle = handle
  }

  /** Gives the file to `write` and closes it, whatever happens. */
  static async create(path: string, write: (file: TextFile) => Promise<void>): Promise<void> {
    const handle = await open(path, 'wx')
    try {
      const file = new TextFile(handle)
      await write(file)
      await file.#flush()
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  async write(text: string): Promise<void> {
    this.#waiting.push(text)
    this.#length += text.length
    if (this.#length >= FLUSH_AT) await this.#flush()
  }

  async #flush(): Promise<void> {
    const text = this.#waiting.join('')
    this.#waiting = []
    this.#length = 0
    if (text !== '') await this.#handle.appendFile(text, 'utf8')
  }
}
