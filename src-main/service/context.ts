import type { ComputeClient } from '../compute/types.ts'
import type { DecodePool } from '../compute/decode-pool.ts'
import { ReviewError } from '../contract/errors.ts'
import type { ProviderInfo } from '../contract/records.ts'
import { projectInfo } from '../project/project-info.ts'
import type { Project } from '../project/project.ts'
import type { UploadFolder } from '../sources/upload-folder.ts'
import type { Emitter } from './events.ts'
import type { ImageCache } from './image-cache.ts'
import type { Jobs } from './jobs.ts'
import type { Log } from './log.ts'
import type { Receiving } from './receiving.ts'
import type { RecentProjects } from './recent-projects.ts'
import type { SettingsStore } from './settings.ts'
import type { Platform } from './types.ts'

/** Everything that the handlers share. */
export interface Context {
  readonly platform: Platform
  readonly settings: SettingsStore
  readonly recent: RecentProjects
  readonly emitter: Emitter
  readonly jobs: Jobs
  readonly log: Log
  readonly compute: ComputeClient
  readonly decodePool: DecodePool
  readonly images: ImageCache
  /** tensors that a page was told of and has not fetched yet, by a random name: it never means another image */
  readonly inputs: Map<string, Float32Array>
  /** where dropped files are sent, by the id that the page was told */
  readonly uploads: Map<string, UploadFolder>
  /** what is sent by a PACS; null: off */
  receiving: Receiving | null
  project: Project | null
  /** the model that the compute process has open, for the project's row and the forced provider that it was opened with */
  opened: { readonly key: string; readonly done: Promise<void> } | null
  /** model and profile that the compute process was given last: results of another one are not stored */
  loaded: string | null
  providers: readonly ProviderInfo[] | null
}

/** Throws `not-ready`. */
export function projectOf(context: Context): Project {
  if (context.project) return context.project
  throw new ReviewError('not-ready', 'No project is open. Open one or make a new one first.')
}

const UNNAMED_READER = 'unnamed'

/** Whose name flags get. */
export function readerAtWork(context: Context): string {
  return context.settings.current.reader || UNNAMED_READER
}

/** The project once nothing else is writing to it. Throws `not-ready`. */
export async function writable(context: Context): Promise<Project> {
  const project = projectOf(context)
  await project.database.whenWritable()
  return project
}

/** Tells every page what the project is like now. */
export function tellProject(context: Context): void {
  context.emitter.emit('project', context.project && projectInfo(context.project))
}

/** Tells every page which rows changed; null: any may have. */
export function tellCases(context: Context, caseIds: readonly number[] | null): void {
  context.emitter.emit('cases', { caseIds })
}
