import { Command, Option } from 'commander'
import { OPERATION_IDS, type CausalCheck, type OperationId } from '../../contract/causal.ts'
import type { Region } from '../../contract/records.ts'
import { ReviewError } from '../../contract/errors.ts'
import { checkRecord } from '../../export/evidence.ts'
import { EXIT, UsageError, type ExitCode } from '../exit-codes.ts'
import type { Runner } from '../jobs.ts'
import { several } from '../options.ts'
import { openProject, withService } from '../session.ts'
import { wholeNumber } from './evidence.ts'

interface CheckOptions {
  readonly project: string
  readonly case: string
  readonly region?: string
  readonly zone?: string
  readonly operation: OperationId
  readonly setting: readonly string[]
  readonly donor?: string
  readonly controls: string
  readonly seed: string
}

/** `right-reason check`: one change of one case beside its controls, as JSON. */
export function checkCommand(): Command {
  return new Command('check')
    .description('does the answer rest on a region: change it, beside the same change of control patches (docs/causal.md)')
    .requiredOption('--project <file>', 'project file with a model and cases')
    .requiredOption('--case <file>', 'file relative to its studies folder, or SOP Instance UID')
    .option('--region <x0,y0,x1,y1>', 'in image pixels; (0, 0) is the upper left corner of the first one')
    .option('--zone <name>', 'instead of a region: outside-body, border, corners, collimation, text, markers, lines, lungs, mediastinum, below-diaphragm, template:NAME')
    .addOption(new Option('--operation <id>', 'what is done').choices(OPERATION_IDS).default('erase'))
    .addOption(several('--setting <name=value>', 'a parameter of the operation, as sigma=6; may be repeated'))
    .option('--donor <file>', 'with paste: the case that content is taken from')
    .option('--controls <n>', 'how many controls', '24')
    .option('--seed <n>', 'seed of the controls', '1')
    .action(async (options: CheckOptions) => {
      process.exitCode = await withService((runner) => check(runner, options))
    })
}

async function check(runner: Runner, { project, case: name, region, zone, operation, setting, donor, controls, seed }: CheckOptions): Promise<ExitCode> {
  const numbers = { controls: wholeNumber('--controls', controls, 4), seed: wholeNumber('--seed', seed, 0) }
  if (numbers.controls > 200) throw new UsageError(`--controls takes at most 200, not ${numbers.controls}.`)
  const wanted = { region: region === undefined ? null : regionOf(region), zone: zone ?? null, parameters: Object.fromEntries(setting.map(parameterOf)) }
  if (wanted.region !== null && wanted.zone !== null) throw new UsageError('--region and --zone cannot both be given.')
  const { needsRegion, name: title } = (await runner.call('causal.operations')).find(({ id }) => id === operation)!
  if (needsRegion && wanted.region === null && wanted.zone === null) throw new UsageError(`${title} needs --region x0,y0,x1,y1 or --zone NAME.`)
  await openProject(runner, project)
  const caseId = await caseNamed(runner, name)
  const donorCaseId = donor === undefined ? null : await caseNamed(runner, donor)
  const made: CausalCheck = await runner.call('causal.check', { caseId, operation, ...wanted, donorCaseId, ...numbers })
  runner.tell(made.words)
  console.log(JSON.stringify(checkRecord(made), null, 2))
  return EXIT.ok
}

function regionOf(text: string): Region {
  const numbers = text.split(',').map((part) => part.trim() === '' ? NaN : Number(part))
  const [x0, y0, x1, y1] = numbers
  if (numbers.length !== 4 || !numbers.every(Number.isFinite)) throw new UsageError(`--region takes x0,y0,x1,y1 in image pixels, as in 40,32,180,120, not '${text}'.`)
  if (!(x1 > x0 && y1 > y0)) throw new UsageError(`--region ${text} is empty: x1 has to be greater than x0, and y1 than y0.`)
  return { kind: 'rectangle', x: x0, y: y0, width: x1 - x0, height: y1 - y0 }
}

function parameterOf(text: string): [string, number | string] {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`--setting takes name=value, as in sigma=6, not '${text}'.`)
  const value = text.slice(at + 1)
  return [text.slice(0, at), value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value]
}

/** By the file's path below its studies folder, or by SOP Instance UID. Throws `no-such-case`, and where two studies folders have the same file. */
async function caseNamed(runner: Runner, name: string): Promise<number> {
  for (const column of ['file', 'sopInstanceUid']) {
    const { rows, total } = await runner.call('cases.page', { filter: { conditions: [{ column, op: 'is', value: name }] }, limit: 2 })
    if (total > 1) throw new ReviewError('no-such-case', `${total} cases of the project are called '${name}'. Name one by its SOP Instance UID.`)
    if (total === 1) return rows[0].id
  }
  throw new ReviewError('no-such-case', `The project has no case '${name}'. Name its file as below the studies folder, or its SOP Instance UID.`)
}
