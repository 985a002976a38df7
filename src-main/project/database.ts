import type { DatabaseSync as Connection, SQLInputValue, StatementSync } from 'node:sqlite'

import { ReviewError } from '../contract/errors.ts'
import { databaseError } from './database-errors.ts'
import { sqlite } from './sqlite.ts'

/** 'RRpj': marks the file as a project of this program (PRAGMA application_id). */
export const APPLICATION_ID = 0x52527061
const CACHE_KIB = 48 * 1024

export type SqlValue = SQLInputValue
export type SqlParameters = readonly SqlValue[]

/**
 * One connection that owns its file: `locking_mode=EXCLUSIVE` holds the operating system's lock on it until the connection
 * closes or the process ends, however it ends. Values travel as bound parameters only.
 * Every method throws `disk-full`, `project-damaged`, `project-locked` or `file-unwritable` where SQLite says so, else `internal`.
 */
export interface Database {
  readonly file: string
  all<Row>(sql: string, parameters?: SqlParameters): Row[]
  get<Row>(sql: string, parameters?: SqlParameters): Row | undefined
  run(sql: string, parameters?: SqlParameters): { readonly changes: number; readonly lastId: number }
  /** several statements without parameters */
  exec(sql: string): void
  /** rolled back when `work` throws; refused with `busy` while `longTransaction` is at work */
  transaction<T>(work: () => T): T
  /** a transaction that is on the disk itself when it returns: what a person entered. Others survive the program's end; a power cut may take the last of them */
  durably<T>(work: () => T): T
  /** a transaction whose work may wait between its steps; `whenWritable` tells others when it is over */
  longTransaction<T>(work: () => Promise<T>): Promise<T>
  whenWritable(): Promise<void>
  close(): void
}

/**
 * Opens or creates the file, takes its lock and turns on WAL. Waiting for the disk at every commit would hold up everything else
 * while results come in, so only `durably` does (`synchronous=FULL`).
 */
export function openDatabase(file: string): Database {
  let connection: Connection | null = null
  try {
    connection = new (sqlite().DatabaseSync)(file, { enableForeignKeyConstraints: true, timeout: 0 })
    connection.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -${CACHE_KIB}; PRAGMA temp_store = MEMORY`)
    connection.exec('BEGIN EXCLUSIVE; COMMIT')
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    connection.exec('BEGIN IMMEDIATE; COMMIT')
    return wrap(file, connection)
  } catch (thrown) {
    connection?.close()
    throw databaseError(thrown, file)
  }
}

function wrap(file: string, connection: Connection): Database {
  const statements = new Map<string, StatementSync>()
  let depth = 0
  let long: Promise<unknown> | null = null

  const guarded = <T>(work: () => T): T => {
    try {
      return work()
    } catch (thrown) {
      throw databaseError(thrown, file)
    }
  }
  const prepared = (sql: string): StatementSync => {
    let statement = statements.get(sql)
    if (!statement) {
      if (statements.size >= 300) statements.clear()
      statement = connection.prepare(sql)
      statements.set(sql, statement)
    }
    return statement
  }
  const rollBack = (): void => {
    if (connection.isTransaction) connection.exec('ROLLBACK')
  }

  const transaction = <T>(work: () => T): T => {
    if (depth > 0) return work()
    if (long) throw new ReviewError('busy', 'The project is being written to. Try again when the job at work is done.')
    return guarded(() => {
      connection.exec('BEGIN IMMEDIATE')
      depth++
      try {
        const result = work()
        connection.exec('COMMIT')
        return result
      } catch (thrown) {
        rollBack()
        throw thrown
      } finally {
        depth--
      }
    })
  }

  return {
    file,
    all: <Row>(sql: string, parameters: SqlParameters = []) => guarded(() => prepared(sql).all(...parameters) as Row[]),
    get: <Row>(sql: string, parameters: SqlParameters = []) => guarded(() => prepared(sql).get(...parameters) as Row | undefined),
    run: (sql, parameters = []) => guarded(() => {
      const { changes, lastInsertRowid } = prepared(sql).run(...parameters)
      return { changes: Number(changes), lastId: Number(lastInsertRowid) }
    }),
    exec: (sql) => guarded(() => connection.exec(sql)),
    transaction,
    durably(work) {
      if (depth > 0 || long) return transaction(work)
      guarded(() => connection.exec('PRAGMA synchronous = FULL'))
      try {
        return transaction(work)
      } finally {
        guarded(() => connection.exec('PRAGMA synchronous = NORMAL'))
      }
    },
    async longTransaction(work) {
      while (long) await long.catch(() => undefined)
      guarded(() => connection.exec('BEGIN IMMEDIATE'))
      const running = (async () => {
        try {
          const result = await work()
          connection.exec('COMMIT')
          return result
        } catch (thrown) {
          rollBack()
          throw databaseError(thrown, file)
        } finally {
          long = null
        }
      })()
      long = running
      return running
    },
    async whenWritable() {
      while (long) await long.catch(() => undefined)
    },
    close() {
      statements.clear()
      guarded(() => connection.close())
    },
  }
}
