/**
 * The closed list of error codes. A code never changes its meaning: exit codes, exports and the window's texts hang on it.
 * Add a row here before throwing a new code; tests walk the table.
 */
export const ERROR_CODES = {
  // DICOM and image files
  'not-dicom': 'The file is not DICOM.',
  'dicom-truncated': 'The file ends before its data does.',
  'dicom-damaged': 'The file is DICOM, but its structure is broken.',
  'no-pixels': 'The file has no image.',
  'unsupported-transfer-syntax': 'The compression of the image is not supported.',
  'unsupported-pixel-format': 'The layout of the pixels is not supported.',
  'pixel-data-damaged': 'The image data is damaged or does not match its header.',
  'pixel-data-too-large': 'The image is larger than this program accepts.',
  'decode-timeout': 'Decoding took longer than allowed.',
  'no-such-frame': 'The file has fewer frames.',
  // ONNX
  'not-onnx': 'The file is not an ONNX model.',
  'onnx-damaged': 'The ONNX file is damaged.',
  'onnx-missing-data': 'The model refers to a weights file that is not there.',
  'unsupported-model': 'The model is not a single-input image classifier.',
  'unsupported-op': 'An operator has no gradient.',
  'unsupported-graph': 'The graph has a construct that cannot be differentiated.',
  'no-target-layer': 'No layer with a spatial grid was found.',
  'no-such-layer': 'The model has no such layer.',
  'no-such-class': 'The model has no such class.',
  'no-attention': 'The model has no attention over the image.',
  'shape-mismatch': 'Two arrays do not fit together.',
  // profile and run
  'bad-profile': 'The profile is not valid.',
  'profile-mismatch': 'The profile does not fit the model.',
  'no-profile': 'There is no profile for the model.',
  'bad-parameter': 'A parameter is not valid.',
  'unknown-method': 'There is no such attribution method.',
  'provider-unavailable': 'The execution provider cannot be used here.',
  'provider-mismatch': 'The execution provider computed something else than the CPU.',
  'run-failed': 'The model run failed.',
  'non-finite': 'The model produced NaN or infinity.',
  'compute-crashed': 'The compute process ended unexpectedly.',
  // labels
  'labels-unreadable': 'The labels file cannot be read.',
  'labels-missing-column': 'The labels file lacks a column.',
  // project and export
  'project-newer': 'The project was made by a newer version of the program.',
  'project-locked': 'The project is open elsewhere.',
  'project-damaged': 'The project file is damaged.',
  'not-a-project': 'The file is not a RightReason project.',
  'disk-full': 'The disk is full.',
  'no-such-case': 'There is no such case.',
  'no-such-run': 'There is no such run.',
  'no-such-model': 'The project has no such model.',
  'no-such-plan': 'There is no such plan of a review.',
  'merge-mismatch': 'The projects are not copies of one review.',
  'not-ready': 'Something else has to be opened first.',
  'bad-filter': 'The filter is not valid.',
  'unknown-format': 'There is no such export format.',
  // further sources of images
  'archive-damaged': 'The zip file is damaged.',
  'archive-refused': 'The zip file, or an entry of it, is not unpacked.',
  'server-unreachable': 'The server cannot be reached.',
  'server-refused': 'The server refused the request.',
  'server-answer-damaged': 'The answer of the server cannot be read.',
  // files and transport
  'file-not-found': 'The file or folder does not exist.',
  'file-unreadable': 'The file cannot be read.',
  'file-unwritable': 'The file cannot be written.',
  'bad-request': 'The request is not valid.',
  'not-allowed': 'The request is not allowed.',
  'cancelled': 'Cancelled.',
  'busy': 'Another job of this kind is running.',
  'internal': 'An error in the program itself.',
} as const

export type ErrorCode = keyof typeof ERROR_CODES

/** What crosses every transport and stands in the database: no stack, no patient value. */
export interface ErrorRecord {
  readonly code: ErrorCode
  readonly message: string
  readonly details?: Readonly<Record<string, string | number | boolean | null>>
}

/**
 * The one error of the program. The message says what, where and what to do next, and carries no patient value
 * (names, identifiers, dates of a patient); file names are allowed where the user chose the file.
 */
export class ReviewError extends Error {
  override readonly name = 'ReviewError'
  readonly code: ErrorCode
  readonly details?: ErrorRecord['details']

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: ErrorRecord['details'] } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details
  }

  toRecord(): ErrorRecord {
    return this.details ? { code: this.code, message: this.message, details: this.details } : { code: this.code, message: this.message }
  }

  static fromRecord(record: ErrorRecord): ReviewError {
    return new ReviewError(record.code, record.message, { details: record.details })
  }
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_CODES, value)
}

/**
 * Any thrown value as a record. What is not a ReviewError becomes `fallback` with its message, and the operating
 * system's ENOSPC becomes `disk-full`, ENOENT `file-not-found`, EACCES and EPERM `file-unreadable`.
 */
export function errorRecord(thrown: unknown, fallback: ErrorCode = 'internal'): ErrorRecord {
  if (thrown instanceof ReviewError) return thrown.toRecord()
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const system = (thrown as { code?: unknown } | null)?.code
  if (system === 'ENOSPC') return { code: 'disk-full', message: 'The disk is full. Free some space and try again; nothing that was saved before is lost.' }
  if (system === 'ENOENT') return { code: 'file-not-found', message }
  if (system === 'EACCES' || system === 'EPERM') return { code: 'file-unreadable', message }
  return { code: fallback, message }
}
