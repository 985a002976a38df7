import { ReviewError } from '../contract/errors.ts'
import { attributionValues } from '../project/attributions.ts'
import { bytesOf } from '../project/blobs.ts'
import { loadImage } from './case-handlers.ts'
import { projectOf } from './context.ts'
import type { Context } from './context.ts'

const TYPE = 'application/octet-stream'
type Bytes = Promise<{ readonly body: Uint8Array; readonly type: string }>

/** The addresses that records name, a row each. Numbers are those of the record. */
const ADDRESSES: readonly { readonly pattern: RegExp; read(context: Context, numbers: readonly number[]): Promise<Uint8Array> }[] = [
  {
    pattern: /^bytes\/image\/(\d{1,15})\/(\d{1,9})$/,
    read: async (context, [caseId, frameIndex]) => {
      const { stored } = await loadImage(context, caseId!, frameIndex!)
      return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength)
    },
  },
  {
    pattern: /^bytes\/map\/(\d{1,15})$/,
    read: async (context, [id]) => {
      const values = attributionValues(projectOf(context), id!)
      if (!values) throw new ReviewError('no-such-case', 'The project has no such map any more. Ask for it again.')
      return bytesOf(values)
    },
  },
  {
    pattern: /^bytes\/input\/(\d{1,15})$/,
    read: async (context, [id]) => {
      const values = context.inputs.get(id!)
      if (!values) throw new ReviewError('no-such-case', 'The input tensor is not kept any more. Ask for it again.')
      return bytesOf(values)
    },
  },
]

/** Throws `bad-request` for an address that no record has. */
export async function readBytes(context: Context, url: string): Bytes {
  const path = url.replace(/[?#].*$/, '').replace(/^\//, '')
  for (const { pattern, read } of ADDRESSES) {
    const match = pattern.exec(path)
    if (match) return { body: await read(context, match.slice(1).map(Number)), type: TYPE }
  }
  throw new ReviewError('bad-request', `There are no bytes at '${path.slice(0, 100)}'.`)
}
