import { errorRecord } from '../contract/errors.ts'
import { ANALYSES } from '../patterns/analyses.ts'
import { parentPort } from './parent-port.ts'
import { yieldToWindow } from './priority.ts'
import type { FromPatterns, ToPatterns } from './patterns-client.ts'

/**
 * The process in which one pattern is worked out: arrays come in, a report goes out, then it ends. Whoever cancels ends it. It is a process and not a
 * thread so that its memory is its own, and comes back whole.
 */
const PROGRESS_EVERY_MS = 200

yieldToWindow()
const port = parentPort()
const tell = (message: FromPatterns): void => port.send(message)
let toldAt = 0

port.onClose(() => process.kill(process.pid, 'SIGKILL'))
port.onMessage((message) => {
  const { name, input } = message as ToPatterns
  try {
    const output = ANALYSES[name](input as never, {
      progress(done, total, words) {
        if (Date.now() - toldAt < PROGRESS_EVERY_MS) return
        toldAt = Date.now()
        tell({ kind: 'progress', done, total, message: words })
      },
    })
    tell({ kind: 'done', output })
  } catch (thrown) {
    tell({ kind: 'refused', error: errorRecord(thrown) })
  }
})
tell({ kind: 'ready' })
