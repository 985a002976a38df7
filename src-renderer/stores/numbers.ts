/** How the window writes numbers: a minus that is one, '–' for what is not defined, '…' between the ends of an interval, since a dash before a minus cannot be read. */

type Known = number | null | undefined
interface Ends { readonly low: number; readonly high: number }
interface Estimate extends Ends { readonly value: number }

export const NONE = '–'

/** '0.813', '−0.020' */
export const fixed = (value: Known, digits = 3): string => value === null || value === undefined ? NONE : value.toFixed(digits).replace(/^-(0\.?0*)$/, '$1').replace('-', '−')
/** '+0.013', '−0.020' */
export const signed = (value: number, digits = 3): string => { const text = fixed(value, digits); return text.startsWith('−') ? text : `+${text}` }
/** '81.3 %' */
export const percent = (share: Known, digits = 1): string => share === null || share === undefined ? NONE : `${fixed(100 * share, digits)} %`
/** '81 %', '0.6 %': a decimal only where there is one */
export const shortPercent = (share: number): string => `${(Math.round(share * 1000) / 10).toString().replace('-', '−')} %`

/** '0.71 … 0.90' */
export const range = ({ low, high }: Ends, digits = 3): string => `${fixed(low, digits)} … ${fixed(high, digits)}`
/** '71.0 … 90.2 %' */
export const percentRange = ({ low, high }: Ends, digits = 1): string => `${fixed(100 * low, digits)} … ${percent(high, digits)}`
/** '0.813 (0.712 … 0.902)' */
export const estimate = (of: Estimate | null | undefined, digits = 3): string => of ? `${fixed(of.value, digits)} (${range(of, digits)})` : NONE

/** 'p = 0.013', 'p < 0.001' */
export const pText = (p: number): string => p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`
