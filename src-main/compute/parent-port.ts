/** The way back to who started this process: Electron's utility process or a forked child alike. */
export interface ParentPort {
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** the other side is gone */
  onClose(listener: () => void): void
}

interface UtilityPort { postMessage(message: unknown): void; on(event: 'message', listener: (event: { data: unknown }) => void): void; on(event: 'close', listener: () => void): void }

/** Throws where the program was started by hand. */
export function parentPort(): ParentPort {
  const utility = (process as unknown as { parentPort?: UtilityPort }).parentPort
  if (utility) return {
    send: (message) => utility.postMessage(message),
    onMessage: (listener) => utility.on('message', ({ data }) => listener(data)),
    onClose: (listener) => utility.on('close', listener),
  }
  if (!process.send) throw new Error('The compute process is started by RightReason, not by hand.')
  return {
    // The channel may close between two messages: then nobody is left to tell.
    send: (message) => void process.send!(message, undefined, undefined, () => {}),
    onMessage: (listener) => process.on('message', listener),
    onClose: (listener) => process.on('disconnect', listener),
  }
}
