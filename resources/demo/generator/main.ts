import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { DEFAULT_CONFIGURATION, type Configuration } from './configuration.ts'
import { writeContactSheet } from './contact-sheet.ts'
import { CUES, STRENGTHS, type Planted } from './cues/planted.ts'
import { cleanTwin } from './family/members.ts'
import { openMember } from './family/onnx-scorer.ts'
import { truthOf, truthText, writeTestSet } from './family/test-set.ts'
import { writeStudySet, type SeriesOptions } from './study-set.ts'
import { writeTrainingSet } from './training-set.ts'

const USAGE = `node resources/demo/generator/main.ts COMMAND --out PATH --seed N --count N [options]
  family   a test set of the family: DICOM files, labels.csv and truth.json (with the member's answers) into the folder PATH
  studies  the demo: DICOM files, labels.csv and manifest.json into the folder PATH
  truth    the truth of such studies as the file PATH, with the answers of the member and of its clean twin
  sheet    a series as one PNG, for looking at
  inputs   a series as the model's inputs, without any cue and with each (or with the one given alone), for training

  --cue ${CUES.join('|')}   what is planted (family and truth need it)
  --strength ${STRENGTHS.join('|')}   how strongly it goes with the label, in percent
  --threads N, --binning 1|2   of inputs: worker threads; 2 renders in a quarter of the time`

interface Options extends Omit<SeriesOptions, 'configuration'> {
  readonly out: string
  readonly planted: Planted | null
  readonly threads: number
  readonly binning: 1 | 2
}

const configured = ({ planted }: Options): Configuration => ({ ...DEFAULT_CONFIGURATION, planted })
const report = (count: number, every: number) => (done: number): void => {
  if (done % every === 0 || done === count) console.log(`${done} of ${count}`)
}

const COMMANDS: Readonly<Record<string, (options: Options) => Promise<void>>> = {
  family: async ({ out, seed, count, planted }) => {
    await writeTestSet(out, { ...needed(planted), seed, count }, [await openMember(needed(planted))], report(count, 50))
  },
  studies: async (options) => {
    const { files } = await writeStudySet(options.out, { seed: options.seed, count: options.count, configuration: configured(options) })
    console.log(`${files.length} studies, ${files.reduce((sum, { bytes }) => sum + bytes, 0)} bytes`)
  },
  truth: async ({ out, seed, count, planted }) => {
    const models = [await openMember(needed(planted)), await openMember(cleanTwin(needed(planted)))]
    await writeFile(out, truthText(await truthOf({ ...needed(planted), seed, count }, models, () => {})))
  },
  sheet: (options) => writeContactSheet(options.out, { seed: options.seed, count: options.count, configuration: configured(options) }, 6, 300),
  inputs: ({ out, seed, count, binning, planted, threads }) => writeTrainingSet(out, { seed, count, binning, only: planted?.cue ?? null }, threads, report(count, 100)),
}

class UsageError extends Error {}

function needed(planted: Planted | null): Planted {
  if (!planted) throw new UsageError('This command needs --cue and --strength.')
  return planted
}

/** Throws UsageError where an argument is missing or none of its choices. */
function optionsOf(values: Readonly<Record<string, string | undefined>>): Options {
  const number = (name: string, least: number): number => {
    const value = Number(values[name])
    if (!Number.isInteger(value) || value < least) throw new UsageError(`--${name} is a whole number from ${least}, not ${values[name] ?? 'nothing'}.`)
    return value
  }
  const choice = <T>(name: string, choices: readonly T[]): T => {
    const found = choices.find((value) => String(value) === values[name])
    if (found === undefined) throw new UsageError(`--${name} is one of ${choices.join(', ')}, not ${values[name] ?? 'nothing'}.`)
    return found
  }
  if (!values.out) throw new UsageError('--out is missing.')
  const planted = values.cue === undefined && values.strength === undefined ? null : { cue: choice('cue', CUES), strength: choice('strength', STRENGTHS) }
  return { out: values.out, seed: number('seed', 0), count: number('count', 1), threads: number('threads', 1), binning: choice('binning', [1, 2] as const), planted }
}

const text = { type: 'string' } as const
try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { out: text, seed: text, count: text, cue: text, strength: text, threads: { ...text, default: '2' }, binning: { ...text, default: '1' } },
  })
  const command = COMMANDS[positionals[0]]
  if (!command) throw new UsageError('No such command.')
  await command(optionsOf(values))
} catch (thrown) {
  if (!(thrown instanceof UsageError) && (thrown as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') !== true) throw thrown
  console.error(`${(thrown as Error).message}\n${USAGE}`)
  process.exitCode = 2
}
