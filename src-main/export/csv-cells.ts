export type Cell = string | number | boolean | null

/** What a spreadsheet takes for the beginning of a formula (OWASP, 'CSV Injection'). */
const FORMULA = /^[=+\-@\t\r]/

/**
 * One line of a CSV file (RFC 4180, ended by a line feed). A text that a spreadsheet would run as a formula gets an apostrophe
 * before it; numbers are numbers and stay.
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\n`
}

function csvCell(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell !== 'string') return String(cell)
  const text = FORMULA.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
