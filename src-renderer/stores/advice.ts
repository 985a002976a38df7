import type { ErrorCode, ErrorRecord } from '../../src-main/contract/errors.ts'

/** What to do about a code, where the message itself may not say it. */
const ADVICE: Partial<Record<ErrorCode, string>> = {
  'not-dicom': 'Choose the folder that holds the DICOM files themselves.',
  'onnx-missing-data': 'Put the weights file beside the model under the name it had when it was exported.',
  'profile-mismatch': 'Change the fields that are named, then save the profile again.',
  'provider-unavailable': 'Choose "Automatic" under Settings to go on with the CPU.',
  'provider-mismatch': 'Choose "Automatic" under Settings to go on with a provider that computes the same as the CPU.',
  'compute-crashed': 'The process was started again. Run the case once more; if it ends again, choose the CPU under Settings.',
  'busy': 'Wait for it to end, or cancel it in the status bar.',
  'internal': 'Your flags are saved. If it happens again, restart the program.',
}

/** '' where the message says it all. */
export function adviceFor(error: ErrorRecord): string {
  const advice = ADVICE[error.code] ?? ''
  return error.message.includes(advice) ? '' : advice
}
