import { parseArgs } from 'node:util'
import { DEFAULT_CONFIGURATION } from './configuration.ts'
import { writeContactSheet } from './contact-sheet.ts'
import { writeStudySet, type SeriesOptions } from './study-set.ts'
import { writeTrainingSet } from './training-set.ts'

const USAGE = `node resources/demo/generator/main.ts studies|inputs|sheet --out PATH --seed N --count N [--threads N]
  studies  DICOM files, labels.csv and manifest.json into the folder PATH
  inputs   the same series as the model's inputs, for training
  sheet    the same series as one PNG, for looking at`

interface Options { readonly out: string; readonly series: SeriesOptions; readonly threads: number }

const COMMANDS: Readonly<Record<string, (options: Options) => Promise<void>>> = {
  studies: async ({ out, series }) => {
    const { files } = await writeStudySet(out, series)
    console.log(`${files.length} studies, ${files.reduce((sum, { bytes }) => sum + bytes, 0)} bytes`)
  },
  inputs: async ({ out, series, threads }) => {
    await writeTrainingSet(out, series, threads, (done) => {
      if (done % 500 === 0 || done === series.count) console.log(`${done} of ${series.count}`)
    })
  },
  sheet: ({ out, series }) => writeContactSheet(out, series, 6, 300),
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string' }, seed: { type: 'string' }, count: { type: 'string' }, threads: { type: 'string', default: '2' } },
})
const command = COMMANDS[positionals[0]]
const [seed, count, threads] = [values.seed, values.count, values.threads].map(Number)
if (!command || !values.out || !Number.isInteger(seed) || !(count > 0) || !(threads > 0)) {
  console.error(USAGE)
  process.exitCode = 2
} else {
  await command({ out: values.out, series: { seed, count, configuration: DEFAULT_CONFIGURATION }, threads })
}
