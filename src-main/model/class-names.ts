/**
 * Names of classes as exporters leave them in an ONNX file's metadata_props. Each reader returns null where the text is
 * not in its form.
 */
const FORMS: readonly ((text: string) => string[] | null)[] = [fromJson, fromPythonDict, fromLines]

/** Keys seen in the wild: Ultralytics writes `names`, timm `label_names`, others the rest. */
const KEYS = ['right-reason.classes', 'names', 'classes', 'class_names', 'label_names', 'labels', 'id2label']

/** The class names that fit a model of `count` classes; null if there are none. */
export function classNamesFrom(metadata: Readonly<Record<string, string>>, count: number): string[] | null {
  for (const key of KEYS) {
    const names = metadata[key] === undefined ? null : parseClassNames(metadata[key])
    if (names?.length === count) return names
  }
  return null
}

/** A labels.txt beside the model, as Teachable Machine writes it: `0 Normal`, a line a class. */
export function parseClassNames(text: string): string[] | null {
  for (const form of FORMS) {
    const names = form(text.trim())?.map((name) => name.trim()).filter((name) => name !== '')
    if (names && names.length > 0) return names
  }
  return null
}

function fromJson(text: string): string[] | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (Array.isArray(value)) return value.map(String)
  return typeof value === 'object' && value !== null ? inOrder(Object.entries(value)) : null
}

/** `{0: 'normal', 1: 'pneumonia'}` or `['normal', 'pneumonia']` */
function fromPythonDict(text: string): string[] | null {
  const strings = /(?:(-?\d+)\s*:\s*)?(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g
  if (!/^[{[(].*[}\])]$/s.test(text)) return null
  const found = [...text.matchAll(strings)].map(([, key, single, double], i): [string, unknown] => [key ?? String(i), single ?? double])
  return found.length > 0 ? inOrder(found) : null
}

function fromLines(text: string): string[] | null {
  if (/^[{[(]/.test(text)) return null
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '')
  if (lines.length === 1) return text.includes(',') ? text.split(',') : null
  const areNumbered = lines.every((line, i) => new RegExp(`^${i}[\\s:.]`).test(line))
  return areNumbered ? lines.map((line) => line.replace(/^\d+[\s:.]+/, '')) : lines
}

/** Entries of index → name by index; null where the indices are not 0, 1, 2, … */
function inOrder(entries: readonly (readonly [string, unknown])[]): string[] | null {
  const names: string[] = []
  for (const [key, name] of entries) names[Number(key)] = String(name)
  return names.length === entries.length && Array.from(names).every((name) => name !== undefined) ? names : null
}
