import { isMainThread } from 'node:worker_threads'
import { Coordinator } from './coordinator.ts'
import { serveEngine } from './engine-thread.ts'
import { parentPort } from './parent-port.ts'

/**
 * The compute process: an entry of its own, started by the supervisor. Its main thread decodes and orders, a second thread of
 * the same file runs the model.
 */
if (isMainThread) new Coordinator(parentPort(), new URL(import.meta.url))
else serveEngine()
