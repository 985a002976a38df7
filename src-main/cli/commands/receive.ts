import { Command, Option } from 'commander'
import { resolve } from 'node:path'
import { ReceiverOptions } from '../../contract/remote.ts'
import type { ReceiverState } from '../../contract/remote.ts'
import { EXIT, UsageError } from '../exit-codes.ts'
import { several } from '../options.ts'
import { openProject, withService } from '../session.ts'

interface ReceiveOptions {
  readonly port: string
  readonly aet: string
  readonly into: string
  readonly project?: string
  readonly from: string
  readonly caller: readonly string[]
}

/** `right-reason receive`: stores what a PACS sends until Ctrl+C. */
export function receiveCommand(): Command {
  return new Command('receive')
    .description('receive images by C-STORE into a folder, until Ctrl+C')
    .requiredOption('--into <folder>', 'where the files are stored, in a folder for each study')
    .option('--project <file>', 'import them into this project file too; made if it is not there')
    .option('--port <number>', 'port to listen on', '11112')
    .option('--aet <title>', 'AE title of this receiver; other titles are refused', 'RIGHTREASON')
    .addOption(several('--caller <title>', 'accept this sender only; may be repeated'))
    .addOption(new Option('--from <whom>', 'who can connect: programs on this machine, or anyone who reaches it by network').choices(['this-machine', 'anyone']).default('this-machine'))
    .action(async ({ port, aet, into, project, from, caller }: ReceiveOptions) => {
      const parsed = ReceiverOptions.safeParse({ port: Number(port), aet, from, callers: caller })
      if (!parsed.success) throw new UsageError(`${parsed.error.issues[0]!.message}.`)
      const folder = resolve(into)
      const state = await (project === undefined ? withoutProject(folder, parsed.data) : withProject(folder, parsed.data, project))
      console.log(`${state.received} files received, ${state.refused} refused, in ${folder}`)
      process.exitCode = state.refused > 0 ? EXIT.someFailed : EXIT.ok
    })
}

function tellListening({ port, aet, from }: ReceiverOptions): void {
  process.stderr.write(`Listening on port ${port} as ${aet}, for ${from === 'anyone' ? 'anyone who reaches this machine: what is sent is neither encrypted nor signed' : 'this machine alone'}. Ctrl+C ends it.\n`)
}

async function withoutProject(folder: string, options: ReceiverOptions): Promise<ReceiverState> {
  const { receiveInto } = await import('../../service/receiving.ts')
  const receiving = await receiveInto(folder, options, async (files) => {
    for (const file of files) console.log(file)
  }, (why) => process.stderr.write(`${why}\n`))
  tellListening(options)
  await interrupted()
  await receiving.stop()
  return receiving.state
}

async function withProject(into: string, options: ReceiverOptions, file: string): Promise<ReceiverState> {
  return withService(async (runner) => {
    await openProject(runner, file, { create: true })
    await runner.call('receiver.start', { ...options, into })
    tellListening(options)
    await interrupted()
    // the session's own signal is set by now, and calls under it would be refused
    return runner.service.call('receiver.stop', {})
  })
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}
