import { ReviewError } from '../contract/errors.ts'
import { attributionContent, attributionValues } from '../project/attributions.ts'
import { bytesOf } from '../project/blobs.ts'
import { reportArray } from '../project/pattern-reports.ts'
import { isVersion } from './addresses.ts'
import { imageContent, loadImage } from './case-handlers.ts'
import { projectOf } from './context.ts'
import { pointsContent } from './pattern-clusters.ts'
import type { Context } from './context.ts'

const TYPE = 'application/octet-stream'
type Bytes = Promise<{ readonly body: Uint8Array; readonly type: string }>

interface Address {
  readonly path: string
  /** the groups of the pattern */
  readonly parts: readonly string[]
  readonly version: string
}

/** The addresses that records name, a row each. */
const ADDRESSES: readonly { readonly pattern: RegExp; read(context: Context, address: Address): Promise<Uint8Array> }[] = [
  {
    pattern: /^bytes\/image\/(\d{1,15})\/(\d{1,9})$/,
    read: async (context, { path, parts, version }) => {
      const [caseId, frameIndex] = parts.map(Number)
      const project = projectOf(context)
      if (!isVersion(project, path, imageContent(project, caseId!), version)) throw outdated()
      const { stored } = await loadImage(context, caseId!, frameIndex!)
      if (context.project !== project) throw outdated()
      return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength)
    },
  },
  {
    pattern: /^bytes\/map\/(\d{1,15})$/,
    read: async (context, { path, parts, version }) => {
      const project = projectOf(context)
      const id = Number(parts[0])
      const content = attributionContent(project, id)
      if (content === null || !isVersion(project, path, content, version)) throw outdated()
      const values = attributionValues(project, id)
      if (!values) throw outdated()
      return bytesOf(values)
    },
  },
  {
    pattern: /^bytes\/points\/(\d{1,15})$/,
    read: (context, { path, parts, version }) => {
      const project = projectOf(context)
      const id = Number(parts[0])
      const points = reportArray(project, id, 'points')
      if (!points || !isVersion(project, path, pointsContent(project, id), version)) throw outdated()
      return Promise.resolve(points)
    },
  },
  {
    pattern: /^bytes\/input\/([\da-f-]{36})$/,
    read: async (context, { parts }) => {
      const values = context.inputs.get(parts[0]!)
      if (!values) throw outdated()
      return bytesOf(values)
    },
  },
]

/** Throws `bad-request` for an address that no record has, `no-such-case` for one of a record that is no longer so, or of another project. */
export async function readBytes(context: Context, url: string): Bytes {
  const [address = '', query = ''] = url.replace(/#.*$/, '').replace(/^\//, '').split('?')
  const version = new URLSearchParams(query).get('v') ?? ''
  for (const { pattern, read } of ADDRESSES) {
    const match = pattern.exec(address)
    if (match) return { body: await read(context, { path: address, parts: match.slice(1), version }), type: TYPE }
  }
  throw new ReviewError('bad-request', `There are no bytes at '${address.slice(0, 100)}'.`)
}

function outdated(): ReviewError {
  return new ReviewError('no-such-case', 'The address is of an image or map that is not in the open project (any more). Ask for it again.')
}
