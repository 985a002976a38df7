import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { dicomCommand } from '../../../src-main/cli/commands/dicom.ts'

const folder = mkdtempSync(join(tmpdir(), 'right-reason-dicom-'))
const out = join(folder, 'pixels.raw')
const corpus = new URL('../../fixtures/dicom/corpus/', import.meta.url)
const fixture = (name: string): string => fileURLToPath(new URL(`${name}.dcm`, corpus))
const manifest = JSON.parse(readFileSync(new URL('manifest.json', corpus), 'utf8')) as { file: string; sha256: string }[]

let printed = ''
let complained = ''
beforeEach(() => {
  printed = complained = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text)
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    complained += String(text)
    return true
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
})
afterAll(() => rmSync(folder, { recursive: true }))

const run = async (...words: string[]): Promise<void> => {
  await dicomCommand().exitOverride().parseAsync(words, { from: 'user' })
}
const floats = (): number[] => Array.from(new Float32Array(new Uint8Array(readFileSync(out)).buffer))

describe('dicom pixels', () => {
  it('writes stored values as int32, all samples by pixel, and prints their shape', async () => {
    await run('pixels', fixture('rgb8_jpeg-ls-planes'), '--stage', 'stored', '--out', out)
    expect(JSON.parse(printed)).toEqual({ stage: 'stored', frame: 1, type: 'int32', rows: 48, columns: 40, samples: 3 })
    expect(createHash('sha256').update(readFileSync(out)).digest('hex')).toBe(manifest.find(({ file }) => file === 'rgb8_jpeg-ls-planes.dcm')!.sha256)
  })

  it('numbers frames from 1', async () => {
    await run('pixels', fixture('mono12-frames'), '--frame', '3', '--stage', 'modality', '--out', out)
    const native = new Uint16Array(new Uint8Array(readFileSync(fixture('mono12-frames'))).buffer.slice(-32 * 40 * 2))
    expect(floats()).toEqual(Array.from(native))
    await run('pixels', fixture('mono12-frames'), '--frame', '4', '--stage', 'stored', '--out', out)
    expect([process.exitCode, complained]).toEqual([1, 'no-such-frame: The file has 3 frames; there is no frame 4.\n'])
  })

  it('writes displayed luminance from 0 to 1 and the input without the window', async () => {
    await run('pixels', fixture('mono12'), '--stage', 'displayed', '--out', out)
    expect([Math.min(...floats()), Math.max(...floats())]).toEqual([0, 1])
    await run('pixels', fixture('mono12'), '--stage', 'input', '--out', out)
    expect([Math.min(...floats()), Math.max(...floats())]).toEqual([0, 4095])
    await run('pixels', fixture('rgb8'), '--stage', 'displayed', '--out', out)
    expect(floats()).toHaveLength(48 * 40)
  })
})

describe('dicom info', () => {
  it('prints syntax, geometry, windows, spacing and tags', async () => {
    await run('info', fixture('mono12_jpeg-lossless-sv1'))
    expect(JSON.parse(printed)).toMatchObject({
      transferSyntax: { uid: '1.2.840.10008.1.2.4.70' },
      image: { rows: 64, columns: 80, bitsStored: 12, photometric: 'MONOCHROME2', frames: 1 },
      spacing: { source: 'none' },
      windows: [],
      tags: expect.arrayContaining([expect.objectContaining({ tag: '(0028,0010)', name: 'Rows', value: '64' })]),
    })
  })
})

describe('A file that cannot be read', () => {
  it('ends with exit code 1 and one line with the code', async () => {
    for (const words of [['info'], ['pixels', '--stage', 'stored', '--out', out]]) {
      complained = ''
      await run(words[0], fileURLToPath(import.meta.url), ...words.slice(1))
      expect(process.exitCode).toBe(1)
      expect(complained).toMatch(/^not-dicom: [^\n]+\n$/)
    }
    await run('pixels', fixture('mono12'), '--stage', 'stored', '--out', join(folder, 'no', 'such', 'folder'))
    expect(complained).toContain('file-unwritable: ')
  })
})
