const MAX_SEGMENTS = 32
const MAX_SEGMENT_BYTES = 120
/** what a file system somewhere forbids in a name, and control characters */
const FORBIDDEN = /[<>:"|?*\u0000-\u001f\u007f]/g
/** names of devices on Windows, whatever their extension */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i

/**
 * A path that someone else chose, as a path that may be written below a folder of ours: relative, with forward slashes, of names that every
 * file system takes. null where it leads out of the folder or is no path at all.
 */
export function safePath(told: string): string | null {
  const segments = told.replaceAll('\\', '/').split('/').filter((segment) => segment !== '' && segment !== '.')
  if (/^([a-z]:)?[/\\]/i.test(told) || segments.length === 0 || segments.length > MAX_SEGMENTS || segments.includes('..')) return null
  return segments.map(safeName).join('/')
}

function safeName(segment: string): string {
  const name = cut(segment.normalize('NFC').replace(FORBIDDEN, '_').replace(/[. ]+$/, '_'))
  return DEVICES.test(name) ? `_${name}` : name
}

/** The end of a name is kept: it carries the extension and, often, the number. */
function cut(name: string): string {
  const letters = [...name]
  while (Buffer.byteLength(letters.join('')) > MAX_SEGMENT_BYTES) letters.shift()
  return letters.join('')
}

/** Gives each path once, whatever the case of its letters: a second one gets a number before its extension. */
export function uniquePaths(): (path: string) => string {
  const taken = new Set<string>()
  return (path) => {
    for (let count = 1; ; count++) {
      const offered = count === 1 ? path : path.replace(/(\.[^./]*)?$/, (extension) => `~${count}${extension}`)
      const key = offered.toLowerCase()
      if (taken.has(key)) continue
      taken.add(key)
      return offered
    }
  }
}
