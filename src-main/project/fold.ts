/** Text as the search compares it: compatibility forms joined (NFKC), lower case. Applied to what is stored and to what is looked for. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
