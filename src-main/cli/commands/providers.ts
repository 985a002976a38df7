import { Command } from 'commander'
import { join } from 'node:path'
import type { ProviderInfo } from '../../contract/records.ts'
import { EXIT } from '../exit-codes.ts'
import { useModel } from '../model.ts'
import { withService } from '../session.ts'
import { demoModel } from '../../service/demo-parts.ts'
import { places } from '../../service/shell/places.ts'

/** `right-reason providers`: which execution provider runs here, why the others do not, and how fast each is. */
export function providersCommand(): Command {
  return new Command('providers')
    .description('execution providers of this machine, in the order in which they are tried')
    .option('--model <file>', 'measure them on this model and compare their results with the CPU\'s; default: the demo\'s model')
    .option('--profile <file or preset>', 'its profile')
    .option('--json', 'print them as JSON', false)
    .action(async ({ model, profile, json }: { model?: string; profile?: string; json: boolean }) => {
      process.exitCode = await withService(async (runner, scratch) => {
        await runner.call('project.create', { file: join(scratch, 'providers.rightreason') })
        await useModel(runner, model ?? demoModel(places()), profile)
        const providers = (await runner.job('providers.probe')).result as readonly ProviderInfo[]
        console.log(json ? JSON.stringify(providers, null, 2) : providers.map(line).join('\n'))
        return EXIT.ok
      })
    })
}

function line({ id, state, msPerImage, maxRelativeError, reason }: ProviderInfo): string {
  const speed = msPerImage === null ? '' : `${msPerImage.toFixed(1)} ms an image`
  const error = maxRelativeError === null ? '' : `differs from the CPU by ${maxRelativeError.toExponential(1)}`
  return `${id.padEnd(7)} ${state.padEnd(9)} ${[speed, error, reason].filter((part) => part !== '').join('; ')}`.trimEnd()
}
