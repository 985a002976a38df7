import type { Frame } from '../../../../src-main/dicom/frame.ts'
import { CLASSES, type Label } from '../configuration.ts'
import type { Planted } from '../cues/planted.ts'
import { frameOf } from '../frame.ts'
import type { CuePlace, Twins } from './twins.ts'

/** What the generator knows of a test set and a program that judges models must not read. */
export interface Truth {
  readonly format: 'right-reason/planted@1'
  readonly cue: Planted['cue']
  readonly strength: Planted['strength']
  readonly seed: number
  readonly cases: readonly CaseTruth[]
  readonly models: readonly ModelTruth[]
}

export interface CaseTruth extends CuePlace {
  readonly file: string
  readonly label: Label
  /** whether the study has the cue; without it, the place is where it would be */
  readonly present: boolean
}

export interface ModelTruth {
  /** below resources/demo */
  readonly file: string
  readonly sha256: string
  /** in the order of the cases */
  readonly answers: readonly Answer[]
}

export interface Answer {
  /** of the study as it is, and of its twin: the cue erased where it is, planted where it is not */
  readonly logits: { readonly shown: readonly number[]; readonly toggled: readonly number[] }
  readonly correct: boolean
  /** right for the wrong reason: correct with the cue, and wrong once the generator leaves the cue out */
  readonly lost: boolean
}

/** The logits of a frame, whatever runs the model. */
export type Scorer = (frame: Frame) => Promise<readonly number[]>

/** How a model answers the two renderings of a case. */
export async function answerOf({ subject, present, shown, toggled }: Twins, score: Scorer): Promise<Answer> {
  const logits = { shown: await score(frameOf(shown)), toggled: await score(frameOf(toggled)) }
  const expected = CLASSES.indexOf(subject.label)
  const correct = chosen(logits.shown) === expected
  return { logits, correct, lost: present && correct && chosen(logits.toggled) !== expected }
}

/** Softmax at threshold 0.5, as the family's profile says: at a tie the positive class. */
const chosen = (logits: readonly number[]): number => (logits[1] >= logits[0] ? 1 : 0)
