import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import dimse from 'dcmjs-dimse'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { ReceiverOptions } from '../../../src-main/contract/remote.ts'
import { readHeader } from '../../../src-main/dicom/header.ts'
import { decodeStoredSamples } from '../../../src-main/dicom/pixels.ts'
import { startReceiver } from '../../../src-main/sources/receiver.ts'
import type { Receiver } from '../../../src-main/sources/receiver.ts'
import { dicomFile } from '../../fixtures/dicom/write-dicom.ts'
import type { TestImage } from '../../fixtures/dicom/write-dicom.ts'
import { temporaryFolder } from '../../fixtures/temp-folder.ts'

const base = temporaryFolder()
let folder: string
let root: string
let receiver: Receiver
let stored: string[]
let refused: string[]

async function listen(options: Partial<ReceiverOptions> = {}): Promise<void> {
  await receiver?.close()
  receiver = await startReceiver({ ...ReceiverOptions.parse({}), ...options, port: 0 }, root, { stored: (path) => stored.push(path), refused: (why) => refused.push(why) })
}
beforeEach(async () => {
  folder = mkdtempSync(join(base, 'scp-'))
  root = join(folder, 'in')
  stored = []
  refused = []
  await listen()
})
afterEach(() => receiver.close())

const pixels = Uint8Array.from({ length: 16 }, (_, at) => at * 3)
function file(name: string, study: string, uid: string, image: TestImage = {}): string {
  const path = join(folder, name)
  writeFileSync(path, dicomFile({ pixels, ...image, elements: [{ tag: '00080018', vr: 'UI', value: uid }, { tag: '0020000d', vr: 'UI', value: study }] }))
  return path
}

/** Sends files as a modality would and gives the status of each, or how the association ended. */
function send(paths: readonly string[], { called = 'RIGHTREASON', calling = 'MODALITY', echo = false } = {}): Promise<unknown[]> {
  return new Promise((resolve) => {
    const answers: unknown[] = []
    const client = new dimse.Client()
    const requests = echo ? [new dimse.requests.CEchoRequest()] : paths.map((path) => new dimse.requests.CStoreRequest(path))
    for (const request of requests) {
      request.on('response', (response: { getStatus(): number }) => answers.push(response.getStatus()))
      client.addRequest(request)
    }
    client.on('associationRejected', () => resolve(['rejected']))
    client.on('networkError', () => resolve(['broken off']))
    client.on('closed', () => resolve(answers))
    client.send('127.0.0.1', receiver.port, calling, called)
  })
}

test('what is sent is stored under its own UIDs, readable, with the pixels it was sent with', async () => {
  expect(await send([file('a', '1.2', '1.2.1'), file('b', '1.2', '1.2.2')])).toEqual([0, 0])
  expect(stored).toEqual(['1.2/1.2.1.dcm', '1.2/1.2.2.dcm'])
  const bytes = readFileSync(join(root, stored[1]!))
  expect(readHeader(bytes).header).toMatchObject({ sopInstanceUid: '1.2.2', sopClassUid: '1.2.840.10008.5.1.4.1.1.7', rows: 4, mended: [] })
  expect([...(await decodeStoredSamples(bytes)).values]).toEqual([...pixels])
  expect(readdirSync(root)).toEqual(['1.2'])
})

test('compressed images stay compressed', async () => {
  const fragment = Buffer.from([0xff, 0xd8, 1, 2, 3, 4, 0xff, 0xd9])
  expect(await send([file('a', '1.3', '1.3.1', { transferSyntax: '1.2.840.10008.1.2.4.50', pixels: [fragment] })])).toEqual([0])
  const bytes = readFileSync(join(root, '1.3/1.3.1.dcm'))
  expect(readHeader(bytes).header.transferSyntax.uid).toBe('1.2.840.10008.1.2.4.50')
  expect(bytes.includes(fragment)).toBe(true)
})

test('an echo is answered', async () => {
  expect(await send([], { echo: true })).toEqual([0])
})

test('another title is refused, and a sender that is not in the list', async () => {
  expect(await send([file('a', '1.2', '1.2.1')], { called: 'OTHER' })).toEqual(['rejected'])
  await listen({ callers: ['PACS'] })
  expect(await send([file('a', '1.2', '1.2.1')], { calling: 'STRANGER' })).toEqual(['rejected'])
  expect(await send([file('a', '1.2', '1.2.1')], { calling: 'PACS' })).toEqual([0])
  expect(stored).toEqual(['1.2/1.2.1.dcm'])
  expect(refused).toHaveLength(2)
})

test('UIDs that lead out of the folder are refused with a status, and leave nothing behind', async () => {
  const [status] = await send([file('a', '1.2', '../../../out')])
  expect(status).not.toBe(0)
  expect(stored).toEqual([])
  expect(readdirSync(root)).toEqual([])
  expect(readdirSync(folder).sort()).toEqual(['a', 'in'])
})

test.each([
  ['a unit of four gigabytes', Buffer.from([1, 0, 0xff, 0xff, 0xff, 0xff, 0, 1])],
  ['noise', Buffer.from(Array.from({ length: 500 }, (_, at) => (at * 37) % 256))],
])('%s ends the connection and not the receiver', async (_name, bytes) => {
  const socket = connect(receiver.port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(bytes)
  await new Promise((resolve) => socket.once('close', resolve))
  expect(refused).toEqual(['A sender broke the rules of the protocol; the connection was ended.'])
  expect(await send([file('a', '1.2', '1.2.1')])).toEqual([0])
})

test('a sender that leaves in the middle of a file leaves nothing behind', async () => {
  const path = file('a', '1.2', '1.2.1', { rows: 2000, columns: 2000, pixels: new Uint8Array(4_000_000) })
  let passed = 0
  const proxy = createServer((near) => {
    const far = connect(receiver.port, '127.0.0.1')
    for (const end of [near, far]) end.on('error', () => undefined)
    near.on('data', (chunk) => {
      if (passed > 1_000_000) return
      passed += chunk.length
      far.write(chunk)
      // the rest never comes; what has come is on the disk by then
      if (passed > 1_000_000) void vi.waitFor(() => expect(readdirSync(root)).not.toEqual([])).then(() => far.destroy())
    })
    far.on('data', (chunk) => near.write(chunk))
    far.on('close', () => near.destroy())
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const client = new dimse.Client()
  client.addRequest(new dimse.requests.CStoreRequest(path))
  client.on('networkError', () => undefined)
  client.send('127.0.0.1', (proxy.address() as AddressInfo).port, 'MODALITY', 'RIGHTREASON')
  await new Promise((resolve) => client.on('closed', resolve))
  proxy.close()
  expect(passed).toBeGreaterThan(1_000_000)
  await vi.waitFor(() => expect(readdirSync(root)).toEqual([]))
  expect(stored).toEqual([])
})

test('a port that is taken is told', async () => {
  await expect(startReceiver({ ...ReceiverOptions.parse({}), port: receiver.port }, root, { stored: () => undefined, refused: () => undefined })).rejects.toMatchObject({ code: 'busy' })
})
