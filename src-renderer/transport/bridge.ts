import type { Client } from '../../src-main/contract/api.ts'
import { BRIDGE_NAME, type Bridge } from '../../src-main/contract/bridge.ts'
import { Calls } from './calls.ts'
import type { Connection } from './connection.ts'

/** The desktop shell's client; null outside of it. */
export function bridgeClient(report: (state: Connection) => void): Client | null {
  const bridge = (globalThis as { [BRIDGE_NAME]?: Bridge })[BRIDGE_NAME]
  if (!bridge) return null
  // what Vue wraps in a proxy cannot be cloned into another process
  const calls = new Calls((request) => bridge.send(JSON.parse(JSON.stringify(request))))
  bridge.listen((reply) => calls.receive(reply))
  report('open')
  return calls.asClient()
}
