import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Page } from 'playwright'
import { browserLaunch } from '../e2e/fixtures/chromium.ts'
import { Program } from '../e2e/fixtures/program.ts'
import { caseShown } from '../e2e/fixtures/session.ts'
import { randomNumbers } from '../fixtures/onnx/random.ts'
import { writeStudy } from '../fixtures/study-files.ts'
import { percentile, type BenchReport, type BenchRow } from './measure.ts'

const DEMO_MODEL = fileURLToPath(new URL('../../resources/demo/demo-cnn.onnx', import.meta.url))
const ROWS = 2500
const COLUMNS = 3000
const LARGE_STUDIES = 16
const READING_MS = 1500

/** Frontal-film-like 12-bit noise on a slope: nothing that a codec or a cache could shorten. */
function writeLargeStudies(folder: string): void {
  const random = randomNumbers(11)
  const noise = Uint16Array.from({ length: 1 << 16 }, () => random() * 400)
  for (let study = 0; study < LARGE_STUDIES; study++) {
    const pixels = new Uint16Array(ROWS * COLUMNS)
    for (let i = 0; i < pixels.length; i++) pixels[i] = 200 + ((i / COLUMNS) | 0) + noise[(i * 31 + study * 977) & 0xffff]
    writeStudy(join(folder, `large-${String(study).padStart(2, '0')}.dcm`), {
      uid: `2.25.7${study}`, patientId: `LARGE${study}`, image: { rows: ROWS, columns: COLUMNS, bitsAllocated: 16, bitsStored: 12, pixels: new Uint8Array(pixels.buffer) },
    })
  }
}

interface Shown { readonly caseId: number; readonly ms: number }

/** From the key or click that asks for a case to its image and map on the screen, as the page's own marks have it. */
async function goTo(page: Page, act: () => Promise<void>): Promise<Shown> {
  const before = await page.getByTestId('compare').getAttribute('data-case-id')
  await page.evaluate(() => { performance.clearMarks() })
  await act()
  await page.locator(`[data-testid=compare]:not([data-case-id="${before}"])`).waitFor()
  await page.waitForFunction(() => performance.getEntriesByName('case-shown').length > 0)
  return page.evaluate(() => {
    const [asked, shown] = ['case-asked', 'case-shown'].map((name) => performance.getEntriesByName(name).at(-1)!)
    return { caseId: (shown as unknown as { detail: { caseId: number } }).detail.caseId, ms: shown.startTime - asked.startTime }
  })
}

/** Reads case after case as a person does, a moment each, so that the next ones are made ready meanwhile. */
async function readInOrder(page: Page, count: number): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    await page.waitForTimeout(READING_MS)
    times.push((await goTo(page, () => page.keyboard.press('ArrowRight'))).ms)
  }
  return times
}

/** Jumps far enough for nothing to be ready. */
async function jump(page: Page, names: readonly string[]): Promise<number[]> {
  const times: number[] = []
  for (const name of names) {
    await page.waitForTimeout(READING_MS)
    times.push((await goTo(page, () => page.getByRole('gridcell', { name }).click())).ms)
  }
  return times
}

async function windowFrames(page: Page): Promise<number[]> {
  await page.keyboard.press('t')
  await page.evaluate(() => {
    const frames: number[] = []
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (entry.name === 'frame-painted') frames.push(entry.duration) }).observe({ entryTypes: ['measure'] })
    Object.assign(globalThis, { frames })
  })
  const box = (await page.getByTestId('canvas-original').boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  for (let step = 0; step < 60; step++) await page.mouse.move(box.x + box.width / 2 + step * 2, box.y + box.height / 2 + (step % 20))
  await page.mouse.up()
  return page.evaluate(() => (globalThis as unknown as { frames: number[] }).frames)
}

async function openLarge(page: Page, program: Program): Promise<void> {
  const folder = join(program.folder, 'large')
  mkdirSync(folder)
  writeLargeStudies(folder)
  const model = join(program.folder, 'demo-cnn.onnx')
  cpSync(DEMO_MODEL, model)
  const choose = async (press: () => Promise<void>, path: string) => {
    await press()
    await page.getByRole('dialog').getByRole('textbox').fill(path)
    await page.getByRole('dialog').getByRole('textbox').press('Enter')
  }
  await page.getByRole('banner').getByRole('button').first().click()
  await choose(() => page.getByRole('menuitem', { name: /New project/ }).click(), join(program.folder, 'large.rightreason'))
  await choose(() => page.getByRole('button', { name: 'Add a folder of studies' }).click(), folder)
  await page.getByText('Import done').waitFor()
  await page.keyboard.press('Alt+Digit5')
  await choose(() => page.getByRole('button', { name: 'Choose a model' }).click(), model)
  await page.getByRole('button', { name: 'Use this model' }).click()
  await page.getByRole('button', { name: 'In use' }).waitFor()
  await page.keyboard.press('Alt+Digit1')
  await page.getByRole('button', { name: 'Run all' }).click()
  await scored(page, LARGE_STUDIES)
}

const scored = (page: Page, count: number) => page.getByText(`${count} scored`).waitFor({ timeout: 120_000 })

/** The window on a machine without a graphics card, over the built browser shell. */
export async function bench(): Promise<BenchReport> {
  const program = new Program()
  const browser = await chromium.launch(await browserLaunch())
  const rows: BenchRow[] = []
  const next = (what: string, times: readonly number[], goal?: number) => {
    rows.push({ what: `${what}, p50 of ${times.length}`, value: percentile(times, 0.5), unit: 'ms', ...(goal === undefined ? {} : { goal }) })
    rows.push({ what: `${what}, p95 of ${times.length}`, value: percentile(times, 0.95), unit: 'ms', ...(goal === undefined ? {} : { goal }) })
  }
  try {
    const address = await program.start()
    const page = await browser.newPage({ viewport: { width: 1600, height: 900 } })
    await page.goto(address)
    await page.getByTestId('pane-original').waitFor({ timeout: 60_000 })
    await caseShown(page)
    await scored(page, 60)
    next('next case of the demo, prefetched', await readInOrder(page, 20), 50)
    await page.keyboard.press('Home')
    next('far case of the demo, not prefetched', await jump(page, [26, 28].map((n) => `phantom-0${n}.dcm`)))
    await openLarge(page, program)
    await page.reload()
    await caseShown(page)
    next(`next case of ${ROWS}×${COLUMNS}, prefetched`, await readInOrder(page, 8), 50)
    await page.keyboard.press('Home')
    next(`far case of ${ROWS}×${COLUMNS}, not prefetched`, await jump(page, ['large-15.dcm', 'large-12.dcm']))
    const frames = await windowFrames(page)
    next(`window/level frame on ${ROWS}×${COLUMNS}, both panes`, frames)
  } finally {
    await browser.close()
    await program.remove()
    rmSync(program.folder, { recursive: true, force: true })
  }
  return { name: 'The window, Chromium without a GPU, 1600×900', rows }
}
