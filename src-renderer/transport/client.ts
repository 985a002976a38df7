import { readonly, shallowRef } from 'vue'
import type { Client } from '../../src-main/contract/api.ts'
import { bridgeClient } from './bridge.ts'
import { socketClient } from './socket.ts'
import type { Connection } from './connection.ts'

/** How the window reaches the service. On the desktop it is always `open`. */
const state = shallowRef<Connection>('connecting')
let current: Client | null = null

/** For the disconnected screen and the status bar. */
export const connection = readonly(state)

/** Puts another client in the place of the shell's: tests and the screens' own data. */
export function provideClient(other: Client): void {
  current = other
  state.value = 'open'
}

function shellClient(): Client {
  const report = (next: Connection) => { state.value = next }
  current ??= bridgeClient(report) ?? socketClient(location, report)
  return current
}

/** The service, whichever shell it is in. The shell is looked up at the first call. */
export const client: Client = {
  call: (method, input, options) => shellClient().call(method, input, options),
  bytes: (url, options) => shellClient().bytes(url, options),
  on: (event, listener) => shellClient().on(event, listener),
}
