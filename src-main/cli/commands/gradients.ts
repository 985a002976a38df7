import { Command } from 'commander'
import { join } from 'node:path'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { useModel } from '../model.ts'
import { withService } from '../session.ts'

/** Central differences in float32 lose about half of its digits; a wrong rule is off by far more than this. */
const TOLERANCE = 0.02

/** `right-reason gradients check`: the gradient of the graph against finite differences. */
export function gradientsCommand(): Command {
  const command = new Command('gradients').description('check the derivative that the maps rest on')
  command.command('check')
    .description('compare the gradient at a layer with finite differences along random directions')
    .argument('<model>', 'ONNX file')
    .option('--layer <name>', "layer; the model's default one unless told")
    .option('--profile <file or preset>', 'its profile')
    .option('--json', 'print the numbers as JSON', false)
    .action(async (model: string, { layer, profile, json }: { layer?: string; profile?: string; json: boolean }) => {
      process.exitCode = await withService(async (runner, scratch): Promise<ExitCode> => {
        await runner.call('project.create', { file: join(scratch, 'gradients.rightreason') })
        await useModel(runner, model, profile)
        const rows = await runner.call('model.checkGradients', { layer: layer ?? null })
        const worst = Math.max(...rows.map(({ relativeError }) => relativeError))
        const passed = worst <= TOLERANCE
        if (json) console.log(JSON.stringify({ passed, tolerance: TOLERANCE, directions: rows }, null, 2))
        else {
          console.log('direction        gradient     differences  relative error')
          for (const row of rows) console.log(`${String(row.direction).padStart(9)}  ${row.analytic.toExponential(5).padStart(14)}  ${row.numeric.toExponential(5).padStart(14)}  ${row.relativeError.toExponential(1).padStart(14)}`)
          console.log(`${passed ? 'passed' : 'NOT passed'}: the greatest relative error is ${worst.toExponential(1)}, allowed is ${TOLERANCE}`)
        }
        return passed ? EXIT.ok : EXIT.checkFailed
      })
    })
  return command
}
