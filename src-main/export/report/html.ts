/** A piece of HTML that is safe to stand in a page: made by `html` alone. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Piece = Html | string | number | null | undefined | readonly Piece[]

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
/** control characters that no page may hold (HTML 13.2.3.5); line ends and tabs stay */
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g

/** Every value that is not HTML already is escaped, wherever it stands: text, attribute or within SVG. */
export function html(strings: TemplateStringsArray, ...values: readonly Piece[]): Html {
  return new Html(strings.map((part, at) => `${part}${at < values.length ? piece(values[at]) : ''}`).join(''))
}

function piece(value: Piece): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Html) return value.text
  if (Array.isArray(value)) return value.map(piece).join('')
  return String(value).replace(FORBIDDEN, '\ufffd').replace(/[&<>"']/g, (character) => ENTITIES[character]!)
}

/** What a person typed: set apart, so that letters that turn the writing direction turn nothing around it. */
export const typed = (text: string): Html => html`<bdi>${text}</bdi>`
