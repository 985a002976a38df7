import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

import type { DicomWebServer } from '../../../src-main/contract/remote.ts'
import { StudyQuery } from '../../../src-main/contract/remote.ts'
import { searchStudies } from '../../../src-main/sources/dicomweb.ts'
import { dicomwebSource } from '../../../src-main/sources/dicomweb-studies.ts'
import { unreachable } from '../../../src-main/sources/server-errors.ts'
import { dicomFile } from '../../fixtures/dicom/write-dicom.ts'
import { temporaryFolder } from '../../fixtures/temp-folder.ts'
import { readSource } from './read-source.ts'

const base = temporaryFolder()
const never = new AbortController().signal
const image = (study: string, uid: string) => dicomFile({ elements: [{ tag: '00080018', vr: 'UI', value: uid }, { tag: '0020000d', vr: 'UI', value: study }] })

/** As Orthanc 1.10 with its DICOMweb plug-in answers: attributes without values keep their VR, the boundary has 70 letters. */
const STUDY = { '00080005': { Value: ['ISO_IR 100'], vr: 'CS' }, '00080020': { vr: 'DA' }, '00080050': { vr: 'SH' }, '00080061': { Value: ['CR', 'DX'], vr: 'CS' }, '00081030': { Value: ['CHEST PA'], vr: 'LO' }, '00100010': { Value: [{ Alphabetic: 'ANON^X' }], vr: 'PN' }, '00100020': { Value: ['P1'], vr: 'LO' }, '0020000D': { Value: ['1.2.3'], vr: 'UI' }, '00201208': { Value: [2], vr: 'IS' } }
const BOUNDARY = '95081cdb-67d0-4796-95c8-5b6b9defff4f-ad313add-0ed2-4069-93a1-6cb2ec81f'
function multipart(parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat([...parts.flatMap((part) => [Buffer.from(`--${BOUNDARY}\r\nContent-Type: application/dicom\r\nContent-Length: ${part.length}\r\nMIME-Version: 1.0\r\n\r\n`), part, Buffer.from('\r\n')]), Buffer.from(`--${BOUNDARY}--\r\n`)])
}
const RELATED = { 'Content-Type': `multipart/related; type="application/dicom"; boundary=${BOUNDARY}` }

let http: Server
let answer: (request: IncomingMessage, response: ServerResponse) => void
let server: DicomWebServer
let asked: { url: string; accept?: string; authorization?: string }[]
let root: string
beforeEach(async () => {
  asked = []
  root = join(mkdtempSync(join(base, 'web-')), 'files')
  http = createServer((request, response) => {
    asked.push({ url: request.url!, accept: request.headers.accept, authorization: request.headers.authorization })
    answer(request, response)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  server = { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/dicom-web/`, access: { kind: 'none' } }
})
afterEach(() => new Promise((resolve) => {
  http.close(resolve)
  http.closeAllConnections()
}))

test('studies are asked for by what was filled in, and listed without the patient\'s name', async () => {
  answer = (_request, response) => response.writeHead(200, { 'Content-Type': 'application/dicom+json' }).end(JSON.stringify([STUDY, { '0020000D': { Value: ['../../etc'] } }]))
  const found = await searchStudies({ ...server, access: { kind: 'basic', user: 'ü', password: 'p:q' } }, StudyQuery.parse({ studyDate: '20260101-', modality: 'CR' }), never)
  expect(found).toEqual([{ studyInstanceUid: '1.2.3', studyDate: '', patientId: 'P1', accession: '', modalities: ['CR', 'DX'], description: 'CHEST PA', instances: 2 }])
  expect(asked).toEqual([{ url: '/dicom-web/studies?StudyDate=20260101-&ModalitiesInStudy=CR&includefield=00081030&limit=200', accept: 'application/dicom+json', authorization: `Basic ${Buffer.from('ü:p:q').toString('base64')}` }])
})

test('no match is an empty list', async () => {
  answer = (_request, response) => response.writeHead(204).end()
  expect(await searchStudies({ ...server, access: { kind: 'bearer', token: 'abc' } }, StudyQuery.parse({}), never)).toEqual([])
  expect(asked[0]!.authorization).toBe('Bearer abc')
})

test('every file of a study is stored under its own UIDs, as the server has it', async () => {
  const files = [image('1.2.3', '1.2.3.1'), image('1.2.3', '1.2.3.2')]
  answer = (_request, response) => response.writeHead(200, RELATED).end(multipart(files))
  expect(await readSource(dicomwebSource(server, ['1.2.3'], root))).toEqual({ files: ['1.2.3/1.2.3.1.dcm', '1.2.3/1.2.3.2.dcm'], unreadable: {}, notDicom: [] })
  expect(new Uint8Array(readFileSync(join(root, '1.2.3/1.2.3.2.dcm')))).toEqual(files[1])
  expect(asked[0]).toMatchObject({ url: '/dicom-web/studies/1.2.3', accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' })
  expect(readdirSync(root)).toEqual(['1.2.3'])
})

test('a file that is none, an answer that breaks off and a study that is gone are told, and the rest goes on', async () => {
  const answers: Record<string, (response: ServerResponse) => void> = {
    '/dicom-web/studies/1.1': (response) => response.writeHead(200, RELATED).end(multipart([Buffer.from('<html>no</html>'), image('1.1', '1.1.1')])),
    '/dicom-web/studies/1.2': (response) => response.writeHead(200, RELATED).end(multipart([image('1.2', '1.2.1'), image('1.2', '1.2.2')]).subarray(0, 700)),
    '/dicom-web/studies/1.3': (response) => response.writeHead(404).end('secret words'),
    '/dicom-web/studies/1.4': (response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('login'),
    '/dicom-web/studies/1.5': (response) => response.writeHead(200, { 'Content-Type': 'application/dicom' }).end(image('1.5', '1.5.1')),
  }
  answer = (request, response) => answers[request.url!]!(response)
  const { files, unreadable } = await readSource(dicomwebSource(server, ['1.1', '1.2', '1.3', '1.4', '1.5'], root))
  expect(files).toEqual(['1.1/1.1.1.dcm', '1.2/1.2.1.dcm', '1.5/1.5.1.dcm'])
  expect(unreadable).toEqual({ 'a file of study 1.1': 'not-dicom', 'study 1.2': 'server-answer-damaged', 'study 1.3': 'server-refused', 'study 1.4': 'server-answer-damaged' })
  expect(readdirSync(root, { recursive: true }).filter((name) => String(name).endsWith('.part'))).toEqual([])
})

test('UIDs of a file cannot lead out of the folder', async () => {
  answer = (_request, response) => response.writeHead(200, RELATED).end(multipart([image('../../out', '1.1'), image('1.2', '../../../out')]))
  expect(await readSource(dicomwebSource(server, ['1.1'], root))).toMatchObject({ files: ['no-study/1.1.dcm'], unreadable: { 'study 1.1': 'server-answer-damaged' } })
})

test('a server that refuses the user, or is gone, ends it', async () => {
  answer = (_request, response) => response.writeHead(401).end()
  await expect(readSource(dicomwebSource(server, ['1.1', '1.2'], root))).rejects.toMatchObject({ code: 'server-refused', message: expect.stringContaining('user name and password') as string })
  expect(asked).toHaveLength(1)
  answer = (_request, response) => response.destroy()
  await expect(readSource(dicomwebSource(server, ['1.1', '1.2'], root))).rejects.toMatchObject({ code: 'server-unreachable' })
})

test.each([
  ['another address', (response: ServerResponse) => response.writeHead(302, { Location: 'http://elsewhere.example/' }).end(), 'server-refused', 'not followed'],
  ['a page', (response: ServerResponse) => response.writeHead(200).end('<html>'), 'server-answer-damaged', 'no list of studies'],
  ['an object', (response: ServerResponse) => response.writeHead(200).end('{}'), 'server-answer-damaged', 'no list of studies'],
])('a search that is answered with %s is refused in words', async (_name, give, code, words) => {
  answer = (_request, response) => give(response)
  await expect(searchStudies(server, StudyQuery.parse({}), never)).rejects.toMatchObject({ code, message: expect.stringContaining(words) as string })
})

test('a cancelled search is cancelled', async () => {
  const control = new AbortController()
  answer = () => control.abort()
  await expect(searchStudies(server, StudyQuery.parse({}), control.signal)).rejects.toMatchObject({ code: 'cancelled' })
})

test('a password within the address is refused and not repeated', async () => {
  const refused = searchStudies({ url: 'http://me:s3cret@127.0.0.1/', access: { kind: 'none' } }, StudyQuery.parse({}), never)
  await expect(refused).rejects.toMatchObject({ code: 'bad-request', message: expect.not.stringContaining('s3cret') as string })
})

test.each([['DEPTH_ZERO_SELF_SIGNED_CERT', 'NODE_EXTRA_CA_CERTS'], ['CERT_HAS_EXPIRED', 'not valid today'], ['ERR_TLS_CERT_ALTNAME_INVALID', 'for another name'], ['ECONNREFUSED', 'nothing listens'], ['EAI_AGAIN', 'not known']])('%s is told in words', (code, words) => {
  const thrown = new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) })
  expect(unreachable(thrown, 'pacs.example:443')).toMatchObject({ code: 'server-unreachable', message: expect.stringContaining(words) as string })
})
