import { utilityProcess } from 'electron'
import { dirname, join } from 'node:path'
import type { ComputeHost } from '../compute/types.ts'

/** Starts the compute process, or a program beside it, as a utility process, which keeps Node and Electron's crash handling and no window. */
export function utilityHost(file: string): ComputeHost {
  return {
    start(program = 'compute') {
      const child = utilityProcess.fork(program === 'compute' ? file : join(dirname(file), `${program}.js`), [], { serviceName: `RightReason ${program}`, stdio: 'ignore' })
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
