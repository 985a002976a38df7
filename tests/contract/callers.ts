import { ZodError } from 'zod'

import { isMethodName, parseInput } from '../../src-main/contract/api.ts'
import { errorRecord } from '../../src-main/contract/errors.ts'
import type { ErrorRecord } from '../../src-main/contract/errors.ts'
import { connect } from '../../src-main/service/shell/connection.ts'
import type { Reply } from '../../src-main/contract/wire.ts'
import type { Service } from '../../src-main/service/types.ts'

export type Answer = { readonly value: unknown } | { readonly error: ErrorRecord }
/** One way to the service: what goes in is not checked yet, what comes out is as a page gets it. */
export interface Caller { call(method: string, input: unknown): Promise<Answer>; close(): void }

/** As the command line does: in the same process, the input parsed by the contract. */
function direct(service: Service): Caller {
  return {
    async call(method, input) {
      try {
        if (!isMethodName(method)) throw new Error('no such method')
        return { value: await service.call(method, parseInput(method, input)) ?? null }
      } catch (thrown) {
        return { error: thrown instanceof ZodError ? { code: 'bad-request', message: thrown.issues[0]!.message } : errorRecord(thrown) }
      }
    },
    close: () => undefined,
  }
}

/** As the pages of both shells do: messages that were copied on their way, as JSON for the socket and by structured clone for the bridge. */
function overMessages(copy: (message: unknown) => unknown) {
  return (service: Service): Caller => {
    const waiting = new Map<number, (answer: Answer) => void>()
    let last = 0
    const connection = connect(service, (reply) => {
      const message = copy(reply) as Reply
      if ('id' in message) waiting.get(message.id)?.('error' in message ? { error: message.error } : { value: message.value })
    })
    return {
      call: (method, input) => new Promise((resolve) => {
        const id = ++last
        waiting.set(id, resolve)
        connection.receive(copy({ id, method, input }))
      }),
      close: () => connection.close(),
    }
  }
}

export const CALLERS: Readonly<Record<string, (service: Service) => Caller>> = {
  'in the same process': direct,
  'over the socket': overMessages((message) => JSON.parse(JSON.stringify(message)) as unknown),
  'over the bridge': overMessages((message) => structuredClone(message)),
}
