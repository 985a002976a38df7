import { ReviewError } from '../contract/errors.ts'
import type { ReceiverOptions, ReceiverState } from '../contract/remote.ts'

/** files that come in one after another are imported together */
const IMPORT_AFTER_MS = 300

export interface Receiving {
  readonly state: ReceiverState
  /** ends the listening; what came before is taken in first */
  stop(): Promise<void>
}

/**
 * A receiver whose files are handed on as they come: `take` gets paths below the folder, one call after another. Throws what `startReceiver` throws.
 */
export async function receiveInto(folder: string, options: ReceiverOptions, take: (files: readonly string[]) => Promise<void>, onProblem: (why: string) => void = () => undefined): Promise<Receiving> {
  // loaded when it is first wanted: it brings a library that no other command needs
  const { startReceiver } = await import('../sources/receiver.ts')
  let counts: Pick<ReceiverState, 'received' | 'refused' | 'lastProblem'> = { received: 0, refused: 0, lastProblem: null }
  const waiting = new Set<string>()
  let timer: NodeJS.Timeout | null = null
  let taken: Promise<void> = Promise.resolve()
  const refuse = (why: string) => {
    counts = { ...counts, refused: counts.refused + 1, lastProblem: why }
    onProblem(why)
  }
  const takeWaiting = () => {
    timer = null
    const files = [...waiting]
    waiting.clear()
    if (files.length > 0) taken = taken.then(() => take(files)).catch((thrown: unknown) => refuse(thrown instanceof ReviewError ? thrown.message : 'What was received could not be imported. It is stored; add its folder.'))
  }
  const receiver = await startReceiver(options, folder, {
    stored(path) {
      counts = { ...counts, received: counts.received + 1 }
      waiting.add(path)
      timer ??= setTimeout(takeWaiting, IMPORT_AFTER_MS)
    },
    refused: refuse,
  })
  return {
    get state() {
      return { listening: { port: receiver.port, aet: options.aet, from: options.from }, folder, ...counts }
    },
    async stop() {
      await receiver.close()
      if (timer) clearTimeout(timer)
      takeWaiting()
      await taken
    },
  }
}
