import { Command } from 'commander'
import { resolve } from 'node:path'
import type { ModelInspection, ModelTensor } from '../../contract/records.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { withService } from '../session.ts'

/** `right-reason model inspect`. */
export function modelCommand(): Command {
  const command = new Command('model').description('look into a model')
  command.command('inspect')
    .description('inputs, outputs, opset, target layers with their grids, operators without a gradient, the profile')
    .argument('<model>', 'ONNX file')
    .option('--json', 'print all of it as JSON', false)
    .action(async (file: string, { json }: { json: boolean }) => {
      process.exitCode = await withService(async (runner): Promise<ExitCode> => {
        const inspection = await runner.call('model.inspect', { file: resolve(file) })
        console.log(json ? JSON.stringify(inspection, null, 2) : describe(inspection))
        return EXIT.ok
      })
    })
  return command
}

const tensor = ({ name, elementType, dims }: ModelTensor) => `${name} ${elementType} [${dims.map((dim) => dim ?? '?').join(', ')}]`

/** The inspection as a person reads it; a table's first column is what `--layer` takes. */
export function describe(inspection: ModelInspection): string {
  const { profile, layers, operatorsWithoutGradient: refused } = inspection
  const width = Math.max(0, ...layers.map(({ name }) => name.length))
  return [
    `file      ${inspection.file}`,
    `sha-256   ${inspection.sha256}`,
    `size      ${(inspection.bytes / 1e6).toFixed(1)} MB, opset ${inspection.opset}${inspection.producer ? `, made by ${inspection.producer}` : ''}`,
    ...inspection.inputs.map((input) => `input     ${tensor(input)}`),
    ...inspection.outputs.map((output) => `output    ${tensor(output)}`),
    `classes   ${inspection.classCount ?? 'unknown'}${profile.output.classes.length > 0 ? `: ${profile.output.classes.slice(0, 20).join(', ')}${profile.output.classes.length > 20 ? ', …' : ''}` : ''}`,
    `score     ${inspection.scoreTensor ?? 'none'}${inspection.stepsOver ? ` (before the final ${inspection.stepsOver})` : ''}`,
    `profile   ${inspection.profileSource}${profile.assumed ? ', ASSUMED' : ''}: ${profile.input.width}×${profile.input.height}×${profile.input.channels} ${profile.input.layout}, ${profile.resize.geometry}, ${profile.values.source} values`,
    `layers    ${layers.length} with a spatial grid; * is the default`,
    ...layers.map(({ name, op, channels, grid: [height, columns] }) => `  ${name === inspection.defaultLayer ? '*' : ' '} ${name.padEnd(width)}  ${`${height}×${columns}`.padStart(9)}  ${String(channels).padStart(5)} channels  ${op}`),
    refused.length === 0 ? 'gradients every operator has a rule' : 'gradients operators without a rule:',
    ...refused.map(({ op, count, node }) => `    ${op} × ${count}, first at '${node}'`),
    ...inspection.problems.map(({ code, message }) => `problem   ${code}: ${message}`),
  ].join('\n')
}
