import { causalHandlers } from '../fake-causal.ts'
import { createFakeClient } from '../fake-client.ts'
import { provideClient } from '../../../src-renderer/transport/client.ts'

// the window over made-up data, to look at screens without a service: ?cases=100000, ?start
const wish = new URLSearchParams(location.search)
provideClient(createFakeClient({ cases: Number(wish.get('cases') ?? 60), open: !wish.has('start'), handlers: causalHandlers() }))
await import('../../../src-renderer/main.ts')
