import { ReviewError } from '../contract/errors.ts'

/** What Node says of a connection that did not come about → in words, with what to do. */
const CAUSES: readonly { readonly codes: RegExp; readonly words: string }[] = [
  { codes: /^ECONNREFUSED$/, words: 'nothing listens at that address and port. Check both, and that the server runs' },
  { codes: /^(ENOTFOUND|EAI_AGAIN)$/, words: 'its name is not known here. Check the spelling and the network' },
  { codes: /^(ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT|EHOSTUNREACH|ENETUNREACH)$/, words: 'it does not answer. Check the network and the firewall' },
  { codes: /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, words: 'it broke the connection off. If the address begins with http://, the server may want https://, or the other way round' },
  { codes: /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?)$/, words: 'its TLS certificate is not signed by an authority that this machine trusts. Get your institution\'s root certificate as a PEM file and start the program with NODE_EXTRA_CA_CERTS=FILE; the check itself cannot be turned off' },
  { codes: /^(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID)$/, words: 'its TLS certificate is not valid today. Tell its administrator, and check the clock of this machine' },
  { codes: /^ERR_TLS_CERT_ALTNAME_INVALID$/, words: 'its TLS certificate is for another name. Use the name that the certificate is for' },
  { codes: /^(ERR_SSL_|EPROTO)/, words: 'it does not speak TLS as this program does. If the address begins with https://, the server may want http://, or an older TLS than is safe' },
]

/** What `fetch` threw, as `server-unreachable` in words; a ReviewError unchanged. */
export function unreachable(thrown: unknown, host: string): ReviewError {
  if (thrown instanceof ReviewError) return thrown
  const code = codeOf(thrown)
  const words = CAUSES.find(({ codes }) => codes.test(code))?.words ?? `the connection failed${code === '' ? '' : ` (${code})`}. Check the address`
  return new ReviewError('server-unreachable', `${host} cannot be reached: ${words}.`, { cause: thrown })
}

function codeOf(thrown: unknown): string {
  for (let at: unknown = thrown, depth = 0; at !== null && typeof at === 'object' && depth < 5; at = (at as { cause?: unknown }).cause, depth++) {
    const { code, errors } = at as { code?: unknown; errors?: unknown }
    if (typeof code === 'string' && code !== '') return code
    if (Array.isArray(errors) && errors.length > 0) return codeOf(errors[0])
  }
  return ''
}

const STATUS_WORDS: Readonly<Record<number, string>> = {
  400: 'it does not understand the request. The address may not be the root of its DICOMweb service',
  401: 'it wants a user name and password, or a token, and those given (if any) are wrong',
  403: 'this user may not do that there. Ask its administrator',
  404: 'there is no DICOMweb service, or no such study, at that address. The root often ends with /dicom-web, /dicomweb or /rs',
  405: 'there is no DICOMweb service at that address',
  406: 'it cannot send what was asked for as DICOM files',
  413: 'the answer would be too large. Ask for less',
  429: 'too much was asked for in a short time. Try again later',
  503: 'it is too busy. Try again later',
}

export function refusedBy(host: string, status: number): ReviewError {
  const words = STATUS_WORDS[status] ?? (status >= 500 ? 'it failed itself. Look into its log' : 'it refused the request')
  return new ReviewError('server-refused', `${host} answered ${status}: ${words}.`, { details: { status } })
}
