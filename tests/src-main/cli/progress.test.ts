import { expect, it } from 'vitest'
import { createProgress } from '../../../src-main/cli/progress.ts'

const stream = (isTTY: boolean) => {
  const written: string[] = []
  return { written, isTTY, columns: 40, write: (text: string) => written.push(text) }
}
const job = (done: number, total: number | null = 100, itemErrors = 0) => ({ title: 'Import', done, total, message: '', itemErrors })

it('a log gets a line at each tenth and no control characters', () => {
  const log = stream(false)
  const progress = createProgress(log)
  for (let done = 0; done <= 100; done++) progress.show(job(done))
  progress.end()
  expect(log.written).toHaveLength(11)
  expect(log.written.at(-1)).toBe('Import: 100 of 100\n')
  expect(log.written.join('')).not.toContain('\u001b')
})

it('a terminal has one line that is written anew and fits it', () => {
  const terminal = stream(true)
  const progress = createProgress(terminal)
  progress.show({ ...job(3, 100, 2), message: 'x'.repeat(100) })
  progress.show(job(4))
  progress.end()
  expect(terminal.written[0]).toMatch(/^\r.*Import: 3 of 100, 2 failed {2}x+$/)
  for (const text of terminal.written) expect(text.replace('\r\u001b[2K', '').length).toBeLessThan(40)
  expect(terminal.written.join('').match(/\n/g)).toHaveLength(1)
})

it('an unknown total is a count', () => {
  const log = stream(false)
  createProgress(log).show(job(12, null))
  expect(log.written).toEqual(['Import: 12\n'])
})
