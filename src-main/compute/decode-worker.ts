import { parentPort } from 'node:worker_threads'

import { errorRecord } from '../contract/errors.ts'
import { deidentify } from '../dicom/deidentify.ts'
import type { Frame } from '../dicom/frame.ts'
import { colourLuminance, displayedLuminance } from '../display/grayscale.ts'
import { imageStatistics } from '../patterns/image-statistics.ts'
import { describeDicom } from '../dicom/info.ts'
import { pixelSha256 } from '../dicom/pixel-identity.ts'
import { countTextLines, withTextNotice } from '../dicom/pixel-text.ts'
import { decodeFrame, decodeStoredSamples } from '../dicom/pixels.ts'
import { readHeaderOf } from '../dicom/header-file.ts'
import { readDicomFile } from '../dicom/read-file.ts'
import { preprocess } from '../model/preprocess.ts'
import { sourceImageOf } from '../dicom/source-image.ts'
import { decodeImageFile, imageFileHeader } from '../sources/image-file.ts'
import type { DecodeJobs, JobName, JobRequest } from './decode-jobs.ts'
import { look } from './look.ts'

/**
 * The thread in which files are read and decoded, one job at a time. It trusts no file: what goes wrong comes back as an
 * error record, and what never ends is ended by the pool.
 */

interface Done<Name extends JobName> {
  readonly result: DecodeJobs[Name]['result']
  readonly transfer: ArrayBuffer[]
}

const JOBS: { readonly [Name in JobName]: (argument: DecodeJobs[Name]['argument']) => Promise<Done<Name>> } = {
  async decode({ path, frameIndex }) {
    const frame = await decodeImageFile(path, frameIndex)
    return { result: frame, transfer: buffersOf(frame) }
  },
  async show({ path, frameIndex }) {
    const frame = withTextNotice(await decodeImageFile(path, frameIndex))
    return { result: frame, transfer: buffersOf(frame) }
  },
  async header({ path }) {
    return { result: await imageFileHeader(path), transfer: [] }
  },
  async info({ path }) {
    return { result: describeDicom(await readDicomFile(path)), transfer: [] }
  },
  async source({ path }) {
    return { result: await readHeaderOf(path, ({ dataSet }) => sourceImageOf(dataSet)), transfer: [] }
  },
  async stored({ path, frameIndex }) {
    const samples = await decodeStoredSamples(await readDicomFile(path), frameIndex)
    return { result: samples, transfer: [samples.values.buffer as ArrayBuffer] }
  },
  async deidentify({ path, request }) {
    const file = await readDicomFile(path)
    const bytes = deidentify(file, request)
    const textLines = await decodeFrame(file).then(countTextLines, () => null)
    return { result: { bytes, textLines }, transfer: [bytes.buffer as ArrayBuffer] }
  },
  async identity({ path, frameIndex }) {
    const { rows, columns, samples, notices, stored } = await decodeImageFile(path, frameIndex)
    return { result: { rows, columns, samples, notices, pixelSha256: pixelSha256(stored) }, transfer: [] }
  },
  async statistics({ path, frameIndex }) {
    const { stored, grayscale, bitsStored, rows, columns } = await decodeImageFile(path, frameIndex)
    return { result: imageStatistics(grayscale ? displayedLuminance(stored, grayscale) : colourLuminance(stored, bitsStored), rows, columns), transfer: [] }
  },
  async look({ path, frameIndex, profile, token, known }) {
    const frame = await decodeImageFile(path, frameIndex)
    const identity = pixelSha256(frame.stored)
    const looked = look(frame, profile, { token, known: known?.pixelSha256 === identity ? known.zones : null })
    return { result: { ...looked, pixelSha256: identity }, transfer: looked.input ? [looked.input.data.buffer as ArrayBuffer] : [] }
  },
  async input({ path, frameIndex, profile }) {
    const { stored, overlays, ...frame } = await decodeImageFile(path, frameIndex)
    const input = preprocess({ ...frame, stored, overlays }, profile)
    return { result: { frame, pixelSha256: pixelSha256(stored), input }, transfer: [input.data.buffer as ArrayBuffer] }
  },
}

function buffersOf(frame: Frame): ArrayBuffer[] {
  return [frame.stored.buffer as ArrayBuffer, ...frame.overlays.map(({ bits }) => bits.buffer as ArrayBuffer)]
}

async function run({ id, name, argument }: JobRequest): Promise<void> {
  try {
    const { result, transfer } = await JOBS[name](argument as never)
    parentPort!.postMessage({ id, result }, transfer)
  } catch (thrown) {
    parentPort!.postMessage({ id, error: errorRecord(thrown) })
  }
}

parentPort!.on('message', (request: JobRequest) => void run(request))
