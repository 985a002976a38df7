import { utilityProcess } from 'electron'
import type { ComputeHost } from '../compute/types.ts'

/** Starts the compute process as a utility process, which keeps Node and Electron's crash handling and no window. */
export function utilityHost(file: string): ComputeHost {
  return {
    start() {
      const child = utilityProcess.fork(file, [], { serviceName: 'RightReason compute', stdio: 'ignore' })
      return {
        get pid() { return child.pid },
        send: (message) => child.postMessage(message),
        onMessage: (listener) => void child.on('message', listener),
        onExit: (listener) => void child.once('exit', (code) => listener(code, null)),
        kill: () => void child.kill(),
      }
    },
  }
}
