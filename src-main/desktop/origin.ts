/** The page's own scheme; everything that it may ask for lies below this origin. */
export const SCHEME = 'app'
export const ORIGIN = `${SCHEME}://right-reason`

/** Where `electron-vite dev` serves the page with hot reload; undefined in the built program. */
export const DEVELOPMENT_URL = process.env.ELECTRON_RENDERER_URL

/** Whether an address is the page's own. */
export function isOwn(url: string, development: string | undefined = DEVELOPMENT_URL): boolean {
  const { protocol, host } = URL.parse(url) ?? {}
  const own = (address: string) => {
    const known = new URL(address)
    return protocol === known.protocol && host === known.host
  }
  return own(ORIGIN) || (development !== undefined && own(development))
}
