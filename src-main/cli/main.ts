import { main } from './command-line.ts'
import { EXIT } from './exit-codes.ts'

// a reader that has seen enough, as `head`, closes the pipe
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed))
process.exitCode = await main(process.argv.slice(2))
