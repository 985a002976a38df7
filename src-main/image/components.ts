import type { Mask } from './raster.ts'
import { inverted } from './raster.ts'

/** Pixels of a mask that touch each other. The box is inclusive on all sides. */
export interface Component {
  readonly label: number
  readonly area: number
  readonly top: number
  readonly left: number
  readonly bottom: number
  readonly right: number
}

export interface Labelled {
  /** [rows, columns]: 0 where the mask is 0, else the label of the component, from 1 in the order of its first pixel */
  readonly labels: Int32Array
  readonly components: readonly Component[]
}

/**
 * Connected components by two passes with union–find (Rosenfeld and Pfaltz 1966). `neighbours`: 4 counts sides, 8 corners as well.
 * The component of label n is components[n − 1].
 */
export function componentsOf(mask: Mask, neighbours: 4 | 8 = 8): Labelled {
  const { data, rows, columns } = mask
  const labels = new Int32Array(data.length)
  const parents = [0]
  const rootOf = (label: number): number => {
    while (parents[label] !== label) label = parents[label] = parents[parents[label]]
    return label
  }
  const join = (one: number, other: number): number => {
    if (one === 0 || one === other) return other
    if (other === 0) return one
    const [first, second] = [rootOf(one), rootOf(other)]
    return parents[first] = parents[second] = Math.min(first, second)
  }
  const reach = neighbours === 8 ? 1 : 0
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) {
      if (data[at] === 0) continue
      let label = column > 0 ? labels[at - 1] : 0
      if (row > 0) {
        const last = Math.min(columns - 1, column + reach)
        for (let above = Math.max(0, column - reach); above <= last; above++) label = join(label, labels[at - columns + above - column])
      }
      if (label === 0) parents.push(label = parents.length)
      labels[at] = label
    }
  }
  return measured(labels, rows, columns, rootOf, parents.length)
}

/** The second pass: final labels in reading order, with area and box. */
function measured(labels: Int32Array, rows: number, columns: number, rootOf: (label: number) => number, count: number): Labelled {
  const finals = new Int32Array(count)
  const components: { -readonly [Key in keyof Component]: Component[Key] }[] = []
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) {
      if (labels[at] === 0) continue
      const root = rootOf(labels[at])
      if (finals[root] === 0) finals[root] = components.push({ label: components.length + 1, area: 0, top: row, left: column, bottom: row, right: column })
      const component = components[finals[root] - 1]
      labels[at] = component.label
      component.area++
      component.bottom = row
      if (column < component.left) component.left = column
      if (column > component.right) component.right = column
    }
  }
  return { labels, components }
}

/** Only the components that are wanted. */
export function keepComponents(mask: Mask, isWanted: (component: Component) => boolean, neighbours: 4 | 8 = 8): Mask {
  const { labels, components } = componentsOf(mask, neighbours)
  const wanted = Uint8Array.from([0, ...components.map((component) => isWanted(component) ? 1 : 0)])
  const data = new Uint8Array(labels.length)
  for (let at = 0; at < data.length; at++) data[at] = wanted[labels[at]]
  return { ...mask, data }
}

/** The largest component alone; the first of equal ones. */
export function largestComponent(mask: Mask, neighbours: 4 | 8 = 8): Mask {
  let largest: Component | undefined
  for (const component of componentsOf(mask, neighbours).components) if (largest === undefined || component.area > largest.area) largest = component
  return keepComponents(mask, ({ label }) => label === largest?.label, neighbours)
}

/** With everything filled that the mask encloses, i.e. that no way over sides of pixels leads to the border from. */
export function withoutHoles(mask: Mask): Mask {
  const isOutside = ({ top, left, bottom, right }: Component) => top === 0 || left === 0 || bottom === mask.rows - 1 || right === mask.columns - 1
  return inverted(keepComponents(inverted(mask), isOutside, 4))
}
