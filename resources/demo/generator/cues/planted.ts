import type { Label } from '../configuration.ts'
import { randomStream } from '../random.ts'

/** What a department does that has nothing to do with the lungs, and that a model may learn in their place. */
export const CUES = ['marker', 'tube', 'exposure', 'border', 'text'] as const
export type CueKind = (typeof CUES)[number]

/** Percent. 0: the cue occurs as often, and tells nothing of the label (the clean twin). */
export const STRENGTHS = [0, 50, 80, 95] as const
export type Strength = (typeof STRENGTHS)[number]

export interface Planted {
  readonly cue: CueKind
  readonly strength: Strength
}

/**
 * Probability of the cue given the label. At strength s of 0…1 it is (1 + s) / 2 with the disease and (1 − s) / 2 without: s is the
 * difference of the two, the phi coefficient where both labels are equally common, and half of all studies have the cue whatever s is.
 */
export function presence({ strength }: Planted, label: Label): number {
  const s = strength / 100
  return label === 'consolidation' ? (1 + s) / 2 : (1 - s) / 2
}

/** 0 … 1, of the cue's own stream: a positive subject that has the cue at one strength has it at every greater one. */
export const cueDraw = (seed: number, index: number, cue: CueKind): number => randomStream(seed, index, `cue-${cue}`).uniform(0, 1)

export const hasCue = (planted: Planted, seed: number, index: number, label: Label): boolean => cueDraw(seed, index, planted.cue) < presence(planted, label)
