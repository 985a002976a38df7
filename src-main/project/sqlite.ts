import type * as Sqlite from 'node:sqlite'

let loaded: typeof Sqlite | null = null

/**
 * node:sqlite, loaded when first needed, without the warning that it is a release candidate: a line on standard error that
 * a reader can do nothing about. Every other warning passes.
 */
export function sqlite(): typeof Sqlite {
  if (loaded) return loaded
  const emit = process.emitWarning
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    if (String(warning).includes('SQLite')) return
    Reflect.apply(emit, process, [warning, ...rest])
  }) as typeof process.emitWarning
  try {
    loaded = process.getBuiltinModule('node:sqlite')
  } finally {
    process.emitWarning = emit
  }
  return loaded
}
