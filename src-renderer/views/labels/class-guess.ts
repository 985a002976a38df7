/**
 * Which class a label's text means where it can be seen from the text: the class's name, or its number.
 * Anything else is left to the user.
 */
export function sameClass(values: readonly string[], classes: readonly string[]): Record<string, number> {
  const names = classes.map((name) => name.trim().toLowerCase())
  const found: Record<string, number> = {}
  for (const value of values) {
    const text = value.trim().toLowerCase()
    const byName = names.indexOf(text)
    const byNumber = /^\d+$/.test(text) && Number(text) < classes.length ? Number(text) : -1
    const index = byName >= 0 ? byName : byNumber
    if (index >= 0) found[value] = index
  }
  return found
}
