import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Rectangle } from 'electron'
import { z } from 'zod'

export interface WindowState { readonly bounds: Rectangle; readonly isMaximized: boolean }

const Stored = z.object({
  bounds: z.object({ x: z.int(), y: z.int(), width: z.int().min(400), height: z.int().min(300) }),
  isMaximized: z.boolean(),
})

/** Where the window was; null where that is not known, or lies on no screen that is there now. */
export function readWindowState(file: string, screens: readonly Rectangle[]): WindowState | null {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
  const state = Stored.safeParse(json)
  if (!state.success) return null
  const { x, y, width, height } = state.data.bounds
  const isSeen = screens.some((screen) => x < screen.x + screen.width - 100 && x + width > screen.x + 100 && y >= screen.y - 10 && y < screen.y + screen.height - 50 && height > 0)
  return isSeen ? state.data : null
}

/** A window's place is not worth an error: where it cannot be kept, the next window opens in the middle. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(`${file}.new`, JSON.stringify(state))
    renameSync(`${file}.new`, file)
  } catch {
    return
  }
}
