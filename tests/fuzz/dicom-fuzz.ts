import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { DecodePool } from '../../src-main/compute/decode-pool.ts'
import { ERROR_CODES, ReviewError } from '../../src-main/contract/errors.ts'
import { pixelSha256 } from '../../src-main/dicom/pixel-identity.ts'
import { mutate } from './mutate.ts'

export interface FuzzSource {
  readonly name: string
  readonly bytes: Uint8Array
  readonly sha256: string
}

export interface FuzzReport {
  readonly mutants: number
  readonly opened: number
  /** error code → how often */
  readonly codes: Readonly<Record<string, number>>
  /** mutants that ended otherwise than with a frame or an error about the file; each can be made again from its seed */
  readonly failures: readonly string[]
  /** good images that did not come out as before */
  readonly damagedAfterwards: readonly string[]
  readonly checksOfGoodImages: number
}

/** What may be said of a damaged file: the codes of DICOM and image files. */
const ABOUT_THE_FILE: ReadonlySet<string> = new Set(Object.keys(ERROR_CODES).slice(0, Object.keys(ERROR_CODES).indexOf('not-onnx')))
const BATCH = 50

/**
 * Sends mutants of every source through one pool, and good images after every batch, which have to come out bit by bit as before.
 * The mutants are a function of `seed`.
 */
export async function fuzzDicom(sources: readonly FuzzSource[], options: { mutants: number; seed: number; timeLimitMs: number }): Promise<FuzzReport> {
  const folder = await mkdtemp(join(tmpdir(), 'right-reason-fuzz-'))
  const pool = new DecodePool({ timeLimitMs: options.timeLimitMs })
  const codes: Record<string, number> = {}
  const failures: string[] = []
  const damagedAfterwards: string[] = []
  let opened = 0
  let checksOfGoodImages = 0
  const decode = async (name: string, bytes: Uint8Array): Promise<string> => {
    const path = join(folder, name)
    await writeFile(path, bytes)
    return pixelSha256((await pool.decode(path, 0)).stored)
  }
  const tryMutant = async (number: number): Promise<void> => {
    const source = sources[number % sources.length]
    const seed = options.seed + number
    const { name, mutant } = mutate(source.bytes, seed)
    try {
      await decode(`mutant-${number % BATCH}`, mutant)
      opened++
    } catch (thrown) {
      const code = thrown instanceof ReviewError ? thrown.code : 'not a ReviewError'
      codes[code] = (codes[code] ?? 0) + 1
      if (!ABOUT_THE_FILE.has(code)) failures.push(`${source.name}, ${name}, seed ${seed}: ${code}: ${(thrown as Error).message}`)
    }
  }
  try {
    for (let start = 0; start < options.mutants; start += BATCH) {
      const size = Math.min(BATCH, options.mutants - start)
      await Promise.all(Array.from({ length: size }, (_, index) => tryMutant(start + index)))
      const good = Array.from({ length: 6 }, (_, index) => sources[(start / BATCH + index * 7) % sources.length])
      await Promise.all(good.map(async ({ name, bytes, sha256 }, index) => {
        checksOfGoodImages++
        const found = await decode(`good-${index}`, bytes).catch((error: Error) => error.message)
        if (found !== sha256) damagedAfterwards.push(`${name} after mutant ${start + size}: ${found}`)
      }))
    }
  } finally {
    await pool.close()
    await rm(folder, { recursive: true })
  }
  return { mutants: options.mutants, opened, codes, failures, damagedAfterwards, checksOfGoodImages }
}
