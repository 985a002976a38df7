/** What a source is given to tell of on its way. */
export interface SourceReport {
  readonly signal: AbortSignal
  progress(done: number, total: number | null, message: string): void
  /** a file or entry that could not be brought, with the thrown reason; the rest goes on */
  unreadable(file: string, thrown: unknown): void
  /** an entry that was left where it is, since it holds no image */
  notDicom(file: string): void
}

/** Files on disk below one folder, brought there where they lay elsewhere: what an import reads. */
export interface StudySource {
  /** the folder that all files lie below */
  readonly root: string
  /** relative to `root`, with forward slashes, each as soon as it is there; ends early when the signal aborts */
  files(report: SourceReport): AsyncIterable<string>
}
