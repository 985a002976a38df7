import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

import { createProject, openProject } from '../../../src-main/project/project.ts'
import { allChanges } from '../../../src-main/project/readings.ts'
import { flagOf } from '../../../src-main/project/flags.ts'
import { uniform } from '../../../src-main/tensor/random.ts'
import { fill } from '../../fixtures/projects/synthetic.ts'
import { temporaryFolder } from '../../fixtures/temp-folder.ts'

const folder = temporaryFolder()
const FLAGGING = fileURLToPath(new URL('../../fixtures/projects/flag-until-killed.ts', import.meta.url))
const CASES = 12
const KILLS = 100
const LANES = 4

/** Nearly all of a start is the reading of the program's sources; what Node keeps of them spares two thirds of it. */
const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') }

/** Starts the program on the project, kills it some milliseconds after some flags, by the seed, and returns what it had acknowledged. */
async function flagAndKill(file: string, seed: number): Promise<string[]> {
  const child = spawn(process.execPath, [FLAGGING, file, String(CASES), String(seed)], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  const random = uniform(seed)
  const wanted = 1 + Math.floor(random() * 12)
  await new Promise<void>((resolve) => child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
    if (said.split('\n').length > wanted) resolve()
  }))
  await new Promise((resolve) => setTimeout(resolve, random() * 5))
  child.kill('SIGKILL')
  await once(child, 'close')
  return said.split('\n').slice(0, -1)
}

/** A first program that ends by itself: a killed one keeps nothing for the next. */
async function warmUp(): Promise<void> {
  const file = join(folder, 'warm.rightreason')
  const project = createProject(file, { version: 'x' })
  fill(project, CASES, 1, { flags: false })
  project.close()
  await once(spawn(process.execPath, [FLAGGING, file, String(CASES), '1', '1'], { env, stdio: ['ignore', 'ignore', 'inherit'] }), 'close')
}

test(`a program killed ${KILLS} times while it flags loses no acknowledged flag`, { timeout: 300_000 }, async () => {
  await warmUp()
  const lanes = await Promise.all(Array.from({ length: LANES }, async (_, lane) => {
    const file = join(folder, `lane-${lane}.rightreason`)
    const fresh = createProject(file, { version: 'x' })
    fill(fresh, CASES, 1, { flags: false })
    fresh.close()
    let acknowledged = 0
    const last = new Map<number, string>()
    const all = new Set<string>()
    for (let kill = 0; kill < KILLS / LANES; kill++) {
      const said = await flagAndKill(file, 1 + lane * 1000 + kill)
      acknowledged += said.length
      for (const line of said) {
        const [caseId, ...note] = line.split(' ')
        last.set(Number(caseId), note.join(' '))
        all.add(note.join(' '))
      }
      const project = openProject(file)
      expect(project.database.get('PRAGMA integrity_check')).toEqual({ integrity_check: 'ok' })
      const kept = new Set(allChanges(project).map(({ said: flag }) => flag!.note))
      expect([...all].filter((note) => !kept.has(note))).toEqual([])
      // the flag that stands is the last acknowledged one, or one that was on the disk and could not be said any more
      for (const [caseId, note] of last) {
        const [round, count] = flagOf(project, caseId)!.note.split(' ').map(Number)
        const [wantedRound, wantedCount] = note.split(' ').map(Number)
        expect(round > wantedRound || (round === wantedRound && count >= wantedCount)).toBe(true)
      }
      project.close()
    }
    return acknowledged
  }))
  const total = lanes.reduce((sum, count) => sum + count, 0)
  console.log(`${total} flags acknowledged in ${KILLS} killed programs, none lost`)
  expect(total).toBeGreaterThanOrEqual(KILLS)
})
