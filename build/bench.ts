import { readdirSync } from 'node:fs'
import type { BenchReport, BenchRow } from '../tests/bench/measure.ts'
import { at } from './programs.ts'

type BenchModule = { readonly bench?: (parts: readonly string[], onRow: (row: BenchRow) => void) => Promise<BenchReport> }

const figure = (value: number) => Number.isInteger(value) ? String(value) : value.toPrecision(4)
/** `goal`: the value should be at most this; a text is printed as it is. */
const verdict = ({ value, goal }: BenchRow) => goal === undefined ? '' : typeof goal === 'string' ? goal : `≤ ${goal} ${value <= goal ? 'met' : 'NOT MET'}`

/** `npm run bench [-- part of a file's name [parts]]`: every module of tests/bench that exports `bench`, one table each; `parts` is what the module makes of it. */
const [wanted = '', ...parts] = process.argv.slice(2)
const files = readdirSync(at('tests/bench')).filter((name) => name.endsWith('.ts') && name.includes(wanted)).sort()
for (const file of files) {
  const { bench } = (await import(at(`tests/bench/${file}`))) as BenchModule
  if (!bench) continue
  try {
    const { name, rows } = await bench(parts, (row) => console.error(`measured: ${row.what}  ${figure(row.value)} ${row.unit}  ${verdict(row)}`.trimEnd()))
    const widths = [Math.max(...rows.map((row) => row.what.length)), Math.max(...rows.map((row) => figure(row.value).length)), Math.max(...rows.map((row) => row.unit.length))]
    console.log(`\n${name}`)
    for (const row of rows) console.log(`  ${row.what.padEnd(widths[0])}  ${figure(row.value).padStart(widths[1])} ${row.unit.padEnd(widths[2])}  ${verdict(row)}`.trimEnd())
  } catch (thrown) {
    console.error(`\n${file}: ${thrown instanceof Error ? thrown.stack : String(thrown)}`)
    process.exitCode = 1
  }
}
