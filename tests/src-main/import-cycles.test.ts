import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** `import … from './x.ts'`, `export … from`, `import './x.ts'`; of types too. An import within a function waits until it is called, and closes no circle */
const IMPORT = /^(?:import|export)\s(?:[^'"]*?\sfrom\s*)?['"](\.[^'"]+)['"]/gm

function importsUnder(folder: string): Map<string, readonly string[]> {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((name) => /\.(ts|vue)$/.test(name)).map((name) => join(ROOT, folder, name))
  return new Map(files.map((file) => [file, [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, path]) => resolve(dirname(file), path))]))
}

/** Every circle that a search from each file in depth closes, as the files on it. */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const state = new Map<string, 'open' | 'done'>()
  const path: string[] = []
  const found: string[] = []
  const visit = (file: string): void => {
    state.set(file, 'open')
    path.push(file)
    for (const next of imports.get(file) ?? []) {
      if (state.get(next) === 'open') found.push([...path.slice(path.indexOf(next)), next].map((one) => relative(ROOT, one)).join(' → '))
      else if (!state.has(next) && imports.has(next)) visit(next)
    }
    path.pop()
    state.set(file, 'done')
  }
  for (const file of imports.keys()) if (!state.has(file)) visit(file)
  return found
}

test.each(['src-main', 'src-renderer'])('no file of %s imports itself in a circle', (folder) => {
  const imports = importsUnder(folder)
  expect(imports.size).toBeGreaterThan(50)
  expect([...imports.values()].flat().length).toBeGreaterThan(imports.size)
  expect(circles(imports)).toEqual([])
})

test('a circle is found wherever the search begins', () => {
  const graph = new Map(Object.entries({ a: ['b'], b: ['c'], c: ['b', 'd'], d: [] }).map(([name, to]) => [join(ROOT, name), to.map((one) => join(ROOT, one))]))
  expect(circles(graph)).toEqual(['b → c → b'])
})
