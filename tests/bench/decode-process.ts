import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { decodeFrame } from '../../src-main/dicom/pixels.ts'
import { readDicomFile } from '../../src-main/dicom/read-file.ts'

interface Wanted { readonly path: string; readonly times: number }

/** A process that only decodes: starting the other tools from it would count against it. */
export interface DecodeProcess {
  /** user and system time in ms of reading and decoding the file once, all threads, over `times` in a row */
  cpu(path: string, times: number): Promise<number>
  close(): void
}

export function decodeProcess(): DecodeProcess {
  const child = fork(fileURLToPath(import.meta.url))
  return {
    cpu: (path, times) => new Promise((resolve, reject) => {
      child.once('exit', () => reject(new Error('the process that decodes has ended')))
      child.once('message', (ms) => resolve(ms as number))
      child.send({ path, times } satisfies Wanted)
    }),
    close: () => child.disconnect(),
  }
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  process.on('message', ({ path, times }: Wanted) => void decodeTimes(path, times).then((ms) => process.send!(ms)))
}

async function decodeTimes(path: string, times: number): Promise<number> {
  const before = process.cpuUsage()
  for (let time = 0; time < times; time++) await decodeFrame(await readDicomFile(path))
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / times
}
