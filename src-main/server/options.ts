import { parseArgs } from 'node:util'
import { ReviewError } from '../contract/errors.ts'

export interface ServerOptions {
  readonly port: number
  readonly config?: string
  readonly projects?: string
  /** folder of the built page */
  readonly static?: string
  readonly open: boolean
}

/** `--port N --config DIR --projects DIR --static DIR --no-open`. Throws `bad-parameter`. */
export function serverOptions(args: readonly string[]): ServerOptions {
  const values = parse(args)
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new ReviewError('bad-parameter', `--port takes a number from 0 (any free one) to 65535, not '${values.port}'.`)
  return { port, config: values.config, projects: values.projects, static: values.static, open: !values['no-open'] }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { port: { type: 'string', default: '0' }, config: { type: 'string' }, projects: { type: 'string' }, static: { type: 'string' }, 'no-open': { type: 'boolean', default: false } },
    }).values
  } catch (thrown) {
    throw new ReviewError('bad-parameter', (thrown as Error).message, { cause: thrown })
  }
}
