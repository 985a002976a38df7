import type { DisplayTable } from '../../src-main/display/grayscale.ts'

/** Stored value v → grey 0 … 255 at floor((v − low) / step). */
export interface GreyTable { readonly low: number; readonly step: number; readonly greys: Uint8Array }

/** Luminance 0 … 1 as 8 bits; `invert`: the reader's own inversion, on top of the file's. */
export function greyTable({ low, step, table }: DisplayTable, invert: boolean): GreyTable {
  const greys = new Uint8Array(table.length)
  for (let i = 0; i < table.length; i++) {
    const grey = Math.round(table[i] * 255)
    greys[i] = invert ? 255 - grey : grey
  }
  return { low, step, greys }
}

export function greyOf({ low, step, greys }: GreyTable, stored: number): number {
  return greys[Math.min(greys.length - 1, Math.max(0, Math.floor((stored - low) / step)))]
}
