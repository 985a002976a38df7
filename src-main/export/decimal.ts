/** A float32 value without the noise of its double: nine significant digits give the same float32 again. */
export const decimal = (value: number): number => Number(value.toPrecision(9))
