import type { Kappa, PopulationRate } from '../../contract/protocol.ts'
import type { Proportion } from '../../contract/records.ts'

/** '12.3 %' */
export const percent = (value: number): string => `${(value * 100).toFixed(1)} %`
/** '12.3 % (8.1 to 18.0)'; an en dash between numbers reads as a minus */
export const interval = ({ value, low, high }: Pick<Proportion, 'value' | 'low' | 'high'>): string => `${percent(value)} (${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)})`
export const rate = (proportion: Proportion | PopulationRate | null): string => proportion ? interval(proportion) : '–'
export const ofCount = (proportion: Proportion | null): string => proportion ? `${proportion.count} of ${proportion.of}` : '0 of 0'

/** '0.62 (0.41 to 0.83)'; where κ or its interval is not defined, why */
export function kappaText({ value, low, high, why }: Kappa): string {
  if (value === null) return why === '' ? 'not defined' : `not defined: ${inSentence(why)}`
  return `${value.toFixed(2)} (${low === null || high === null ? `no interval: ${inSentence(why)}` : `${low.toFixed(2)} to ${high.toFixed(2)}`})`
}

/** a sentence of its own within another: no full stop, and no capital */
const inSentence = (sentence: string): string => sentence.replace(/\.$/, '').replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase())

/** '1 case', '12 cases' */
export const cases = (count: number): string => `${count.toLocaleString('en')} ${count === 1 ? 'case' : 'cases'}`
/** 'a, b and c' */
export const list = (words: readonly string[]): string => words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
/** '0.813 (0.712 to 0.902)'; '–' where it is not defined */
export const areaText = (of: { readonly value: number; readonly low: number; readonly high: number } | null): string => of ? `${of.value.toFixed(3)} (${of.low.toFixed(3)} to ${of.high.toFixed(3)})`.replaceAll('-', '−') : '–'
/** '0.013', '< 0.001' */
export const pText = (p: number): string => p < 0.001 ? '< 0.001' : p.toFixed(3)
