// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest'
import { bridgeClient } from '../../../src-renderer/transport/bridge.ts'
import { socketClient, type Socket } from '../../../src-renderer/transport/socket.ts'
import type { Reply, Request } from '../../../src-main/contract/wire.ts'

function network() {
  const sockets: (Socket & { sent: Request[]; readyState: number })[] = []
  const states: string[] = []
  const later: (() => void)[] = []
  const client = socketClient({ protocol: 'http:', host: '127.0.0.1:9' }, (state) => states.push(state), {
    connect: () => {
      const socket = { readyState: 1, onopen: null, onclose: null, onmessage: null, sent: [] as Request[], send(text: string) { this.sent.push(JSON.parse(text)) } }
      sockets.push(socket)
      return socket
    },
    later: (run) => later.push(run),
  })
  const reply = (message: Reply) => sockets.at(-1)!.onmessage!({ data: JSON.stringify(message) } as never)
  return { client, sockets, states, later, reply, open: () => sockets.at(-1)!.onopen!(null as never), drop: () => sockets.at(-1)!.onclose!(null as never) }
}

describe('socket client', () => {
  test('calls made before the socket is open are sent when it is', async () => {
    const net = network()
    const state = net.client.call('jobs.list')
    expect(net.sockets[0].sent).toEqual([])
    net.open()
    expect(net.sockets[0].sent).toEqual([{ id: 1, method: 'jobs.list', input: {} }])
    net.reply({ id: 1, value: [] })
    expect(await state).toEqual([])
  })

  test('a call made while the socket is closing is not sent, and ends with what happened', async () => {
    const net = network()
    net.open()
    net.sockets[0].readyState = 2
    const call = net.client.call('jobs.list')
    expect(net.sockets[0].sent).toEqual([])
    net.drop()
    await expect(call).rejects.toMatchObject({ code: 'not-ready' })
    net.later.shift()!()
    net.open()
    expect(net.sockets[1].sent).toEqual([])
  })

  test('answers find their calls in any order, and errors keep their code', async () => {
    const net = network()
    net.open()
    const first = net.client.call('cases.get', { caseId: 1 })
    const second = net.client.call('jobs.list')
    net.reply({ id: 2, value: ['second'] })
    net.reply({ id: 1, error: { code: 'no-such-case', message: 'There is no case 1.' } })
    expect(await second).toEqual(['second'])
    await expect(first).rejects.toMatchObject({ code: 'no-such-case', message: 'There is no case 1.' })
  })

  test('a lost connection ends what waits, says so, and is tried again', async () => {
    const net = network()
    net.open()
    const waiting = net.client.call('jobs.list')
    net.drop()
    await expect(waiting).rejects.toMatchObject({ code: 'not-ready' })
    expect(net.states).toEqual(['open', 'lost'])
    net.later.shift()!()
    net.open()
    expect(net.states.at(-1)).toBe('open')
    expect(net.sockets).toHaveLength(2)
  })

  test('a page that never gets in is told so instead of waiting for ever', () => {
    const net = network()
    for (let attempt = 0; attempt < 3; attempt++) {
      net.drop()
      net.later.shift()!()
    }
    expect(net.states).toEqual(['connecting', 'connecting', 'refused'])
  })

  test('an aborted call is cancelled on the other side too', async () => {
    const net = network()
    net.open()
    const control = new AbortController()
    const call = net.client.call('jobs.list', {}, { signal: control.signal })
    control.abort()
    await expect(call).rejects.toMatchObject({ code: 'cancelled' })
    expect(net.sockets[0].sent.at(-1)).toEqual({ cancel: 1 })
    net.reply({ id: 1, value: [] })
  })

  test('events reach their listeners until these leave', () => {
    const net = network()
    net.open()
    const seen: unknown[] = []
    const stop = net.client.on('cases', (payload) => seen.push(payload))
    net.reply({ event: 'cases', payload: { caseIds: [1] } })
    stop()
    net.reply({ event: 'cases', payload: { caseIds: [2] } })
    expect(seen).toEqual([{ caseIds: [1] }])
  })
})

describe('bridge client', () => {
  test('outside of the desktop there is none', () => {
    expect(bridgeClient(() => {})).toBeNull()
  })

  test('on the desktop it is open at once and answers', async () => {
    const page = globalThis as { rightReason?: unknown }
    let listener = (_: Reply) => {}
    page.rightReason = { send: (request: { id: number }) => listener({ id: request.id, value: [] }), listen: (next: typeof listener) => { listener = next; return () => {} } }
    const states: string[] = []
    expect(await bridgeClient((state) => states.push(state))!.call('jobs.list')).toEqual([])
    expect(states).toEqual(['open'])
    delete page.rightReason
  })
})
