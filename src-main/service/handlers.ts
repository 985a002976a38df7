import type { MethodName, Output, Parsed } from '../contract/api.ts'

export type Handler<K extends MethodName> = (input: Parsed<K>, options: { readonly signal: AbortSignal }) => Promise<Output<K>> | Output<K>

/** One function a method of the contract. */
export type Handlers = { readonly [K in MethodName]: Handler<K> }
export type HandlersOf<Prefix extends string> = Pick<Handlers, Extract<MethodName, `${Prefix}.${string}`>>
