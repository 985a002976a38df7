import { Command } from 'commander'
import { resolve } from 'node:path'
import type { InstrumentedFile, ModelInspection, ModelTensor } from '../../contract/records.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { several } from '../options.ts'
import { withService } from '../session.ts'

/** `right-reason model inspect` and `right-reason model instrument`. */
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
  command.command('instrument')
    .description('save the model with its gradients as ONNX, to be run elsewhere: scores, activations and gradients in one run (docs/gradients.md)')
    .argument('<model>', 'ONNX file')
    .addOption(several('--layer <names>', "layers, repeated or with commas between; the model's default one unless told"))
    .option('--input-gradient', 'the gradient at the input as well', false)
    .requiredOption('--out <file>', 'ONNX file to write')
    .option('--overwrite', 'replace what is at the path', false)
    .option('--json', 'print the names as JSON', false)
    .action(async (file: string, { layer, inputGradient, out, overwrite, json }: { layer: readonly string[]; inputGradient: boolean; out: string; overwrite: boolean; json: boolean }) => {
      process.exitCode = await withService(async (runner): Promise<ExitCode> => {
        const layers = layer.flatMap((names) => names.split(',')).map((name) => name.trim())
        const saved = await runner.call('model.instrument', { file: resolve(file), layers, inputGradient, out: resolve(out), overwrite })
        console.log(json ? JSON.stringify(saved, null, 2) : describeSaved(saved))
        return EXIT.ok
      })
    })
  return command
}

function describeSaved({ path, bytes, input, seed, classes, outputs }: InstrumentedFile): string {
  return [
    `${path}: ${(bytes / 1e6).toFixed(1)} MB`,
    `input     ${input}`,
    `seed      ${seed} float32 [images, ${classes}]: 1 at the class, 0 elsewhere`,
    ...outputs.map(({ name, what, of }) => `${what.padEnd(10)}${name}${of === null ? '' : ` of ${of}`}`),
  ].join('\n')
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
