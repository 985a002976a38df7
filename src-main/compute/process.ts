import { isMainThread } from 'node:worker_threads'
import { parentPort } from './parent-port.ts'
import { yieldToWindow } from './priority.ts'

/**
 * The compute process: an entry of its own, started by the supervisor. Its main thread decodes and orders, a second thread of
 * the same file runs the model. Each loads only what it needs: ONNX Runtime belongs to the second.
 */
if (isMainThread) {
  yieldToWindow()
  const { Coordinator } = await import('./coordinator.ts')
  new Coordinator(parentPort(), new URL(import.meta.url))
} else {
  const { serveEngine } = await import('./engine-thread.ts')
  serveEngine()
}
