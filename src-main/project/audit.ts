import type { Project } from './project.ts'

/** What left the project or came into it: 'export', 'import', 'labels', 'model'. `details` carries counts, names of files and hashes, never a patient's value. */
export function recordAudit(project: Project, reader: string, action: string, details: Readonly<Record<string, unknown>>): void {
  project.database.transaction(() => project.database.run('INSERT INTO audit (time, reader, action, details) VALUES (?, ?, ?, ?)', [new Date().toISOString(), reader, action, JSON.stringify(details)]))
}
