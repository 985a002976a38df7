import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ReviewError } from '../contract/errors.ts'
import { places } from '../service/shell/places.ts'
import { Runner } from './jobs.ts'

/**
 * Opens the service for one command and closes it after. Its settings live in a folder that ends with it: the command line
 * neither reads nor changes the window's choices, as the reader's name or a forced provider.
 */
export async function withService<T>(action: (runner: Runner, scratch: string) => Promise<T>): Promise<T> {
  const scratch = mkdtempSync(join(tmpdir(), 'right-reason-'))
  const control = new AbortController()
  const interrupt = () => {
    if (control.signal.aborted) process.exit(130)
    control.abort(new ReviewError('cancelled', 'Cancelled. What was finished stays; the same command goes on from there.'))
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt)
  try {
    const [{ createService }, { childHost }] = await Promise.all([import('../service/service.ts'), import('../compute/child-host.ts')])
    const service = createService({ shell: 'browser', computeHost: childHost(), ...places({ config: scratch }) })
    try {
      return await action(new Runner(service, control.signal, process.stderr), scratch)
    } finally {
      await service.close()
    }
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt)
    rmSync(scratch, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** The project of a command, made where the file is not there yet. */
export async function openProject(runner: Runner, file: string, { create = false } = {}) {
  const path = resolve(file)
  return create && !existsSync(path) ? runner.call('project.create', { file: path }) : runner.call('project.open', { file: path })
}
