import { fileURLToPath } from 'node:url'
import chromium from '@sparticuz/chromium'
import { chromium as playwright, type Browser, type Page } from 'playwright'
import { build, type Rollup } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

type Oracle = typeof window & { oracle: { compareRenderers(): Record<string, number>; compareOverlay(interpolation: string): { mean: number; greatest: number; outside: number }; chosen(): string } }

let browser: Browser
let page: Page

/** The renderers on real canvases, in a real Chromium whose WebGL2 is SwiftShader's. */
beforeAll(async () => {
  const entry = fileURLToPath(new URL('./browser-entry.ts', import.meta.url))
  const built = await build({ configFile: false, logLevel: 'error', build: { write: false, minify: false, lib: { entry, formats: ['iife'], name: 'entry' } } }) as Rollup.RollupOutput[]
  browser = await playwright.launch({ executablePath: await chromium.executablePath(), args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'] })
  page = await browser.newPage()
  await page.addScriptTag({ content: built[0].output[0].code })
}, 120_000)
afterAll(() => browser?.close())

describe('in a browser', () => {
  it('WebGL2 draws what Canvas 2D draws, for every stored type, turn and zoom', async () => {
    const { fellBack, ...differences } = await page.evaluate(() => (window as unknown as Oracle).oracle.compareRenderers())
    expect(fellBack).toBe(0)
    // 7-bit weights in JavaScript, floating point on the GPU: at most a 64th of the local contrast apart
    for (const [where, difference] of Object.entries(differences)) expect(difference, where).toBeLessThanOrEqual(4)
  })

  it('software WebGL is left for Canvas 2D', async () => {
    expect(await page.evaluate(() => (window as unknown as Oracle).oracle.chosen())).toBe('canvas-2d')
  })

  it.each(['bilinear', 'cells'] as const)('%s: the overlay on the screen is the one of an exported picture', async (interpolation) => {
    const { mean, greatest, outside } = await page.evaluate((how) => (window as unknown as Oracle).oracle.compareOverlay(how), interpolation)
    expect(mean).toBeLessThan(1)
    expect(greatest).toBeLessThanOrEqual(interpolation === 'cells' ? 2 : 8)
    expect(outside).toBe(0)
  })
})
