import { expect, test } from 'vitest'

import { suspicionOf, suspicionProbes } from '../../../src-main/causal/suspect.ts'
import type { Effect, Outline, Zone } from '../../../src-main/contract/causal.ts'

const box = (x: number, y: number, width: number, height: number): Outline[number] => [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]
const zone = (name: string, outline: Outline, more: Partial<Zone> = {}): Zone => ({ name, label: name, cue: true, outline, confidence: 1, source: 'detected', area: 0.01, ...more })
const effect = (share: number): { effect: Effect } => ({ effect: { deltaLogit: -share, controls: [], share, score: 20 * share, rank: 0, flips: share >= 1, controlFlips: 0, verdict: 'undecided' } })

const PLATE = box(100, 10, 30, 20)
const LETTER = box(10, 10, 4, 6)
const ZONES = [zone('outside-body', [box(0, 0, 20, 200)]), zone('markers', [LETTER, PLATE]), zone('text', [])]

test('air is levelled; small objects are erased one by one, the largest first; what is not found is left out', () => {
  expect(suspicionProbes(ZONES, null).map(({ operation, outline }) => [operation, outline])).toEqual([
    ['level', [box(0, 0, 20, 200)]], ['erase', [PLATE]], ['erase', [LETTER]],
  ])
})

test('the object that tells most stands for its zone, with its place', () => {
  const { suspicion, terms, effects } = suspicionOf(ZONES, null, [effect(0.1), effect(0.2), effect(1.2)])
  expect(terms.map(({ term, region, note }) => ({ term, region, note }))).toEqual([
    { term: 'markers', region: { kind: 'rectangle', x: 10, y: 10, width: 4, height: 6 }, note: '' },
    { term: 'outside-body', region: null, note: '' },
    { term: 'text', region: null, note: 'not found' },
  ])
  expect(suspicion).toBe(terms[0].value)
  expect(effects.markers.share).toBe(1.2)
})

test('an object outside of what the model is given says nothing of the others', () => {
  const { terms } = suspicionOf(ZONES, null, [null, null, effect(0.6)])
  expect(terms.find(({ term }) => term === 'markers')!.value).toBeGreaterThan(0.3)
  expect(terms.find(({ term }) => term === 'outside-body')).toMatchObject({ value: 0, note: 'outside of what the model is given' })
})

test('a zone that a reader corrected is one', () => {
  expect(suspicionProbes([zone('markers', [LETTER, PLATE], { source: 'corrected' })], null).map(({ outline }) => outline)).toEqual([[LETTER, PLATE]])
})

test('of very many objects the smallest are erased together', () => {
  const many = Array.from({ length: 40 }, (_, i) => box(10 * i, 0, 1 + i / 40, 1))
  const probes = suspicionProbes([zone('markers', many)], null)
  expect(probes).toHaveLength(16)
  expect(probes[0].outline).toEqual([many[39]])
  expect(probes[15].outline).toHaveLength(25)
})
