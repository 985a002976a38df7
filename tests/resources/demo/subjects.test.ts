import { describe, expect, test } from 'vitest'
import { CLASSES, DEFAULT_CONFIGURATION, MARKERS, TUBES, type Configuration, type Label } from '../../../resources/demo/generator/configuration.ts'
import { CUES } from '../../../resources/demo/generator/cues/planted.ts'
import { drawSubject, type Subject } from '../../../resources/demo/generator/subject.ts'

const SEED = 41
const series = (configuration: Configuration, count: number): Subject[] => Array.from({ length: count }, (_, index) => drawSubject(SEED, index, configuration))

const share = <T>(subjects: readonly T[], holds: (subject: T) => boolean): number => subjects.filter(holds).length / subjects.length

describe(`subjects of seed ${SEED}`, () => {
  const subjects = series(DEFAULT_CONFIGURATION, 4000)
  const of = (label: Label): Subject[] => subjects.filter((subject) => subject.label === label)

  test('half of them are positive, and exactly those have a consolidation', () => {
    expect(share(subjects, ({ label }) => label === 'consolidation')).toBeCloseTo(0.5, 1)
    for (const { label, consolidation } of subjects) expect(consolidation !== null).toBe(label === 'consolidation')
  })

  const attributes: readonly [string, readonly string[], (subject: Subject) => string][] = [
    ['tube', TUBES, ({ tube }) => tube],
    ['marker', MARKERS, ({ marker }) => marker.letter],
    ['site', ['general', 'lakeside'], ({ site }) => site],
    ['device', ['flat-panel', 'storage-phosphor'], ({ device }) => device],
    ['view', ['PA', 'AP'], ({ view }) => view],
    ['sex', ['F', 'M'], ({ sex }) => sex],
  ]
  test.each(attributes)('the %s tells nothing of the label', (_name, values, read) => {
    for (const value of values) {
      const [negative, positive] = CLASSES.map((label) => share(of(label), (subject) => read(subject) === value))
      // five standard deviations of the difference of two shares of 2000
      expect(Math.abs(positive - negative)).toBeLessThan(5 * Math.sqrt(0.5 / 2000))
    }
  })

  test('the exposure tells nothing of the label', () => {
    const [negative, positive] = CLASSES.map((label) => of(label).reduce((sum, { exposureFactor }) => sum + Math.log2(exposureFactor), 0) / of(label).length)
    expect(Math.abs(positive - negative)).toBeLessThan(5 * 0.45 * Math.sqrt(2 / 2000))
  })

  test('a planted cue leaves everything else of a subject as it was', () => {
    for (const cue of CUES) {
      const planted: Configuration = { ...DEFAULT_CONFIGURATION, planted: { cue, strength: 95 } }
      series(planted, 300).forEach((subject, index) => expect({ ...subject, cue: null }).toEqual(subjects[index]))
    }
  })
})
