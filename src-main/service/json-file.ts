import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { z } from 'zod'

import { ReviewError } from '../contract/errors.ts'

/** A small file of ours. What cannot be read or is not of its schema is kept aside as `<file>.damaged`, and the defaults take its place. */
export function readJsonFile<S extends z.ZodType>(file: string, schema: S, defaults: z.output<S>): z.output<S> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return defaults
  }
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    try {
      renameSync(file, `${file}.damaged`)
    } catch {
      return defaults
    }
    return defaults
  }
}

/** The old content or the new one is there, never a half: written beside and renamed. Throws `file-unwritable` or `disk-full`. */
export function writeJsonFile(file: string, value: unknown): void {
  const beside = `${file}.${process.pid}.new`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(beside, `${JSON.stringify(value, null, 2)}\n`, { flush: true })
    renameSync(beside, file)
  } catch (thrown) {
    const full = (thrown as { code?: unknown }).code === 'ENOSPC'
    throw new ReviewError(full ? 'disk-full' : 'file-unwritable', full ? 'The disk is full: the settings could not be saved.' : `The settings could not be saved to ${file}. Check the rights of its folder.`, { cause: thrown })
  }
}
