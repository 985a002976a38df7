import type { Database } from './database.ts'

/** What is known of the project as a whole. */
export type MetaKey = 'created-by' | 'created-at' | 'pseudonym-key' | 'is-demo' | 'model-in-use' | 'labels-file' | 'label-mapping' | 'flags-stand-for'

export function readMeta(database: Database, key: MetaKey): string | null {
  return database.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', [key])?.value ?? null
}

export function writeMeta(database: Database, key: MetaKey, value: string): void {
  database.run('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value', [key, value])
}
