// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'

import { ReviewError } from '../../../src-main/contract/errors.ts'
import { provideClient } from '../../../src-renderer/transport/client.ts'
import { useDicomweb } from '../../../src-renderer/views/data/use-dicomweb.ts'
import { createFakeClient } from '../fake-client.ts'

const STUDY = { studyInstanceUid: '1.2', studyDate: '20260101', patientId: 'P', accession: '', modalities: ['CR'], description: '', instances: 1 }
beforeEach(() => setActivePinia(createPinia()))

test('a search sends what was typed, and secrets are gone when the dialog closes and never stored', async () => {
  const fake = createFakeClient({ handlers: { 'dicomweb.search': () => [STUDY] } })
  provideClient(fake)
  const web = useDicomweb()
  web.url.value = 'http://pacs.example/dicom-web'
  web.kind.value = 'basic'
  web.secrets.value = { user: 'me', password: 's3cret', token: '' }
  web.query.value.modality = 'CR'
  expect(web.isOpenToOthers.value).toBe(true)
  await web.search()
  expect(fake.calls.find(({ method }) => method === 'dicomweb.search')!.input).toMatchObject({ server: { url: 'http://pacs.example/dicom-web', access: { kind: 'basic', user: 'me', password: 's3cret' } }, query: { modality: 'CR' } })
  expect([...web.chosen.value]).toEqual(['1.2'])
  web.forget()
  expect(web.server.value.access).toEqual({ kind: 'basic', user: '', password: '' })
  expect(JSON.stringify(fake.calls.filter(({ method }) => method === 'app.settings'))).not.toContain('s3cret')
})

test('what the server refuses is told, and no warning stands where nobody else can read along', async () => {
  provideClient(createFakeClient({ handlers: { 'dicomweb.search': () => { throw new ReviewError('server-refused', 'It wants a password.') } } }))
  const web = useDicomweb()
  web.url.value = 'https://pacs.example/'
  await web.search()
  expect(web.error.value).toMatchObject({ code: 'server-refused' })
  web.kind.value = 'basic'
  for (const url of ['https://pacs.example/', 'http://localhost:8042/', 'http://127.0.0.1/']) {
    web.url.value = url
    expect(web.isOpenToOthers.value).toBe(false)
  }
})
