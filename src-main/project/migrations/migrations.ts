import { sql as first } from './0001-first.ts'

/** Append-only: a row is never changed once a program with it was released, since projects on people's disks were made by it. */
export const MIGRATIONS: readonly { readonly version: number; readonly sql: string }[] = [
  { version: 1, sql: first },
]

export const SCHEMA_VERSION = MIGRATIONS.at(-1)!.version
