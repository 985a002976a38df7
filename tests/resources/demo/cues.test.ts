import { describe, expect, test } from 'vitest'
import { CLASSES } from '../../../resources/demo/generator/configuration.ts'
import { boxOf, maskOf, rectangle } from '../../../resources/demo/generator/cues/outline.ts'
import { CUES, STRENGTHS, presence } from '../../../resources/demo/generator/cues/planted.ts'
import { writeStudy } from '../../../resources/demo/generator/dicom/study.ts'
import { configurationOf } from '../../../resources/demo/generator/family/members.ts'
import { drawTwins } from '../../../resources/demo/generator/family/twins.ts'
import { drawSubject } from '../../../resources/demo/generator/subject.ts'
import { decodeFrame } from '../../../src-main/dicom/pixels.ts'
import { readHeader } from '../../../src-main/dicom/header.ts'

const SEED = 71

describe(`cues of seed ${SEED}`, () => {
  test.each(CUES)('the renderings with and without the %s differ, and only inside its outline', (cue) => {
    for (const index of [0, 3]) {
      const { withCue, withoutCue, place } = drawTwins({ cue, strength: 95 }, SEED, index)
      const mask = maskOf(place.outlines, withCue)
      const differing = Array.from(withCue.values, (value, pixel) => (value === withoutCue.values[pixel] ? -1 : pixel)).filter((pixel) => pixel >= 0)
      expect(differing.filter((pixel) => mask[pixel] === 0)).toEqual([])
      expect(differing.length).toBeGreaterThan(0.3 * mask.reduce((sum, inside) => sum + inside, 0))
      expect(place.box).toEqual(boxOf(place.outlines, withCue))
      expect(place.whole).toBe(cue === 'exposure')
      expect({ ...withCue, values: null }).toEqual({ ...withoutCue, values: null })
    }
  })

  test.each(CUES.flatMap((cue) => STRENGTHS.map((strength) => [cue, strength] as const)))('the %s at strength %d is in the stated share of each label', (cue, strength) => {
    const count = 4000
    const subjects = Array.from({ length: count }, (_, index) => drawSubject(SEED, index, configurationOf({ cue, strength })))
    for (const label of CLASSES) {
      const of = subjects.filter((subject) => subject.label === label)
      const expected = presence({ cue, strength }, label)
      // five standard deviations of a share
      expect(Math.abs(of.filter((subject) => subject.cue === cue).length / of.length - expected)).toBeLessThan(5 * Math.sqrt((expected * (1 - expected)) / of.length))
    }
  })

  test('whoever is positive and has a cue at one strength has it at every greater one', () => {
    for (const cue of CUES) {
      for (let index = 0; index < 200; index++) {
        const present = STRENGTHS.map((strength) => drawSubject(SEED, index, configurationOf({ cue, strength })))
        const inOrder = present[0].label === 'consolidation' ? present : present.reverse()
        inOrder.reduce((had, { cue: has }) => (expect(had && !has).toBe(false), has !== null), false)
      }
    }
  })

  test('the console that writes its name into the picture is the one in the header', async () => {
    const { subject, withCue } = drawTwins({ cue: 'text', strength: 0 }, SEED, 0)
    const written = await writeStudy({ ...subject, cue: 'text' }, { ...withCue, syntax: 'uncompressed' })
    expect(readHeader(written).header.institution).toBe('Harbour Annex')
    expect(Array.from((await decodeFrame(written)).stored)).toEqual(Array.from(withCue.values))
  })
})

describe('outlines', () => {
  test('a mask has the pixels whose centres lie inside', () => {
    const mask = maskOf([rectangle(1, 0.6, 3, 3), rectangle(3.4, 0, 9, 1)], { columns: 5, rows: 3 })
    expect(Array.from(mask)).toEqual([0, 0, 0, 1, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0])
  })

  test('a box is of whole pixels and ends at the image', () => {
    expect(boxOf([[[-2, 0.4], [3.2, 0.4], [3.2, 9]]], { columns: 5, rows: 4 })).toEqual([0, 0, 4, 4])
    expect(boxOf([], { columns: 5, rows: 4 })).toBe(null)
  })
})
