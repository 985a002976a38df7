/** Mulberry32: a small seeded generator, so that a mutant can be made again from its seed. */
export function seededRandom(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

type Random = ReturnType<typeof seededRandom>
type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array

const EXTREMES = [0x00, 0x01, 0x7f, 0x80, 0xff, 0xfe, 0xd8, 0xd9, 0x4f]

/** Ways to damage a file, each of which occurs: bits rot, transfers end early, blocks get lost or come twice, lengths lie. */
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  flipBits(bytes, random) {
    const copy = bytes.slice()
    for (let count = 1 + random(8); count > 0; count--) copy[random(copy.length)] ^= 1 << random(8)
    return copy
  },
  setBytes(bytes, random) {
    const copy = bytes.slice()
    for (let count = 1 + random(16); count > 0; count--) copy[random(copy.length)] = EXTREMES[random(EXTREMES.length)]
    return copy
  },
  damageHeader(bytes, random) {
    const copy = bytes.slice()
    const header = Math.min(copy.length - 128, 1200)
    for (let count = 1 + random(6); count > 0; count--) copy[128 + random(header)] = random(2) ? random(256) : EXTREMES[random(EXTREMES.length)]
    return copy
  },
  wipeWord(bytes, random) {
    const copy = bytes.slice()
    copy.fill(random(2) ? 0xff : 0, random(copy.length), random(copy.length) + 4)
    return copy
  },
  truncate: (bytes, random) => bytes.slice(0, random(bytes.length)),
  cutOut(bytes, random) {
    const start = random(bytes.length)
    return Uint8Array.from([...bytes.subarray(0, start), ...bytes.subarray(start + 1 + random(64))])
  },
  repeat(bytes, random) {
    const start = random(bytes.length)
    const end = start + 1 + random(64)
    return Uint8Array.from([...bytes.subarray(0, end), ...bytes.subarray(start)])
  },
}
const NAMES = Object.keys(MUTATIONS)

/** The mutant of a file that belongs to a seed, and what was done to it. */
export function mutate(bytes: Uint8Array, seed: number): { name: string; mutant: Uint8Array } {
  const random = seededRandom(seed)
  const name = NAMES[random(NAMES.length)]
  return { name, mutant: MUTATIONS[name](bytes, random) }
}
