import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import dimse from 'dcmjs-dimse'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { serviceBench } from '../../fixtures/service.ts'
import type { Bench } from '../../fixtures/service.ts'
import { writeStudy } from '../../fixtures/study-files.ts'

let bench: Bench
beforeEach(() => { bench = serviceBench() })
afterEach(() => bench.close())

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
function send(path: string, port: number): Promise<void> {
  const client = new dimse.Client()
  client.addRequest(new dimse.requests.CStoreRequest(path))
  client.send('127.0.0.1', port, 'MODALITY', 'RIGHTREASON')
  return new Promise((resolve) => client.on('closed', () => resolve()))
}

test('the receiver is off until it is started, takes what is sent into the project, and ends with the project', async () => {
  await expect(bench.call('receiver.start', {})).rejects.toMatchObject({ code: 'not-ready' })
  await bench.call('project.create', { file: join(bench.folder, 'p.rightreason') })
  expect(await bench.call('receiver.state')).toMatchObject({ listening: null })
  const port = await freePort()
  const folder = join(bench.folder, 'p.files', 'received')
  expect(await bench.call('receiver.start', { port })).toMatchObject({ listening: { port, aet: 'RIGHTREASON', from: 'this-machine' }, folder, received: 0 })
  await expect(bench.call('receiver.start', { port })).rejects.toMatchObject({ code: 'busy' })
  await send(writeStudy(join(bench.folder, 'a.dcm'), { uid: '1.2.1', patientId: 'P1' }), port)
  await vi.waitFor(async () => expect((await bench.call('cases.page')).rows).toMatchObject([{ sopInstanceUid: '1.2.1', patientId: 'P1' }]), { timeout: 10_000 })
  expect(await bench.call('receiver.state')).toMatchObject({ received: 1, refused: 0, lastProblem: null })
  await bench.call('project.close')
  expect(await bench.call('receiver.state')).toMatchObject({ listening: null })
  expect(existsSync(folder)).toBe(true)
})

test('what came just before the end is imported before it', async () => {
  await bench.call('project.create', { file: join(bench.folder, 'p.rightreason') })
  const port = await freePort()
  await bench.call('receiver.start', { port, into: join(bench.folder, 'elsewhere') })
  await send(writeStudy(join(bench.folder, 'a.dcm'), { uid: '1.2.1' }), port)
  expect(await bench.call('receiver.stop')).toMatchObject({ listening: null, received: 1 })
  expect((await bench.call('cases.page')).total).toBe(1)
})
