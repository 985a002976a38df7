import { writeFile } from 'node:fs/promises'

import { Argument, Command, InvalidArgumentError, Option } from 'commander'

import { errorRecord, ReviewError } from '../../contract/errors.ts'
import type { PixelStage } from '../../service/dicom-file.ts'
import { dicomInfo, dicomPixels, PIXEL_STAGES } from '../../service/dicom-file.ts'

interface PixelOptions {
  readonly frame: number
  readonly stage: PixelStage
  readonly out: string
}

/** `right-reason dicom …`: what a DICOM file holds, and its pixels at each stage of the pipeline. */
export function dicomCommand(): Command {
  const command = new Command('dicom').description('look into one DICOM file')
  command
    .command('info')
    .description('print syntax, geometry, windows, spacing and all tags as JSON')
    .addArgument(new Argument('<file>', 'DICOM file'))
    .action((file: string) => orFail(async () => print(await dicomInfo(file), 2)))
  command
    .command('pixels')
    .description('write the values of one frame as raw numbers, little endian, and print their shape as JSON')
    .addArgument(new Argument('<file>', 'DICOM file'))
    .addOption(new Option('--frame <number>', 'frame of a multi-frame file, numbered from 1 as DICOM does').default(1).argParser(frameNumber))
    .addOption(new Option('--stage <stage>', 'stored: int32, all samples by pixel; modality: float32 after the Modality LUT; '
      + 'displayed: float32 luminance 0 to 1 after the file\'s first VOI and the inversion; '
      + 'input: float32 after the Modality LUT and the inversion, before any resizing').choices(PIXEL_STAGES).makeOptionMandatory())
    .requiredOption('--out <file>', 'file to write')
    .action((file: string, options: PixelOptions) => orFail(() => writePixels(file, options)))
  return command
}

async function writePixels(file: string, { frame, stage, out }: PixelOptions): Promise<void> {
  const { values, ...shape } = await dicomPixels(file, frame - 1, stage)
  await writeFile(out, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)).catch((cause: unknown) => {
    const { code, message } = errorRecord(cause)
    throw new ReviewError(code === 'disk-full' ? code : 'file-unwritable', `Cannot write ${out}: ${message}`, { cause })
  })
  print({ stage, frame, type: values instanceof Int32Array ? 'int32' : 'float32', ...shape })
}

function frameNumber(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('Frames are numbered from 1.')
  return number
}

function print(value: unknown, indent?: number): void {
  process.stdout.write(`${JSON.stringify(value, null, indent)}\n`)
}

/** An unreadable file: exit code 1 and one line with the error's code on standard error. */
async function orFail(action: () => Promise<void>): Promise<void> {
  try {
    await action()
  } catch (thrown) {
    const { code, message } = errorRecord(thrown)
    process.stderr.write(`${code}: ${message.replaceAll('\n', ' ')}\n`)
    process.exitCode = 1
  }
}
