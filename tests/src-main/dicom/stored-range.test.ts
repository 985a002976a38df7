import { describe, expect, it } from 'vitest'

import { rangeOf, rangeWithout } from '../../../src-main/dicom/stored-range.ts'
import { uniform } from '../../../src-main/tensor/random.ts'

const ARRAYS = { Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array }

describe('The range of stored values', () => {
  it.each(Object.entries(ARRAYS))('of %s is that of every value, few or many, at any address', (_, array) => {
    const random = uniform(4)
    const bytes = array.BYTES_PER_ELEMENT
    for (const [count, offset] of [[7, 0], [70_001, 0], [70_001, bytes], [70_000, 3 * bytes]]) {
      const buffer = new ArrayBuffer((count + 4) * bytes)
      const values = new array(buffer, offset, count)
      for (let index = 0; index < count; index++) values[index] = Math.floor((random() - 0.3) * 60) + (array === Int8Array || array === Int16Array ? -5 : 90)
      for (const place of [0, count >> 1, count - 1]) {
        for (const extreme of [-120, 200]) {
          const kept = values[place]
          values[place] = extreme
          const sorted = values.slice().sort()
          expect(rangeOf(values)).toEqual({ low: sorted[0], high: sorted[count - 1] })
          values[place] = kept
        }
      }
    }
  })

  it('of nothing is 0 to 0', () => {
    expect(rangeOf(new Uint8Array(0))).toEqual({ low: 0, high: 0 })
  })

  it('leaves padding out, unless there is nothing else', () => {
    const padding = { low: 0, high: 9 }
    expect(rangeWithout(Uint16Array.of(3, 12, 40), { low: 3, high: 40 }, padding)).toEqual({ low: 12, high: 40 })
    expect(rangeWithout(Uint16Array.of(3, 4), { low: 3, high: 4 }, padding)).toEqual({ low: 3, high: 4 })
  })
})
