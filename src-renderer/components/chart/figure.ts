import type { FigureColours, FigureTable } from '../../../src-main/display/charts/figure.ts'

export { categoryColour } from '../../../src-main/display/charts/figure.ts'
export type { FigureColours, FigureTable } from '../../../src-main/display/charts/figure.ts'

const VARIABLES: Record<keyof FigureColours, string> = { text: '--text', dim: '--text-dim', line: '--line', ground: '--bg-raised', accent: '--accent', ok: '--ok', warn: '--warn', bad: '--bad' }

/** Read from the page: charts know no CSS variables. */
export function figureColours(): FigureColours {
  const style = getComputedStyle(document.documentElement)
  return Object.fromEntries(Object.entries(VARIABLES).map(([name, variable]) => [name, style.getPropertyValue(variable).trim() || '#888888'])) as unknown as FigureColours
}

/** RFC 4180, with a quote before what a spreadsheet would take for a formula. */
export function tableCsv({ columns, rows }: FigureTable): string {
  const cell = (value: string | number | null): string => {
    if (value === null) return ''
    if (typeof value === 'number') return String(value)
    const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  }
  return `${[columns, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}

export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

/** A drawing in the page as a file that stands by itself. */
export function svgText(svg: SVGElement, { width, height, ground }: { width: number; height: number; ground: string }): string {
  const copy = svg.cloneNode(true) as SVGElement
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.setAttribute('width', String(width))
  copy.setAttribute('height', String(height))
  const behind = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
  for (const [name, value] of Object.entries({ width: '100%', height: '100%', fill: ground })) behind.setAttribute(name, value)
  copy.prepend(behind)
  return new XMLSerializer().serializeToString(copy)
}

/** Twice the size of the drawing, for print. Rejects where the browser cannot draw it. */
export async function pngOfSvg(svg: string, width: number, height: number): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = width * 2
    canvas.height = height * 2
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise((resolve, reject) => canvas.toBlob((blob) => blob ? resolve(blob) : reject(new Error('The picture could not be made.')), 'image/png'))
  } finally {
    URL.revokeObjectURL(url)
  }
}
