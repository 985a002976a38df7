import { sql as first } from './0001-first.ts'
import { sql as protocol } from './0002-protocol.ts'
import { sql as patterns } from './0003-patterns.ts'
import { sql as causal } from './0004-causal.ts'
import { sql as steps } from './0005-steps.ts'

/** Append-only: a row is never changed once a program with it was released, since projects on people's disks were made by it. */
export const MIGRATIONS: readonly { readonly version: number; readonly sql: string }[] = [
  { version: 1, sql: first },
  { version: 2, sql: protocol },
  { version: 3, sql: patterns },
  { version: 4, sql: causal },
  { version: 5, sql: steps },
]

export const SCHEMA_VERSION = MIGRATIONS.at(-1)!.version
