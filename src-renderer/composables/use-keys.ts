import { matchKeybindingPress, parseKeybinding, type KeybindingPress } from 'tinykeys'
import { onScopeDispose, shallowReactive } from 'vue'

/** The order of the groups on the sheet of keys. */
export const KEY_GROUPS = ['Cases', 'Flag', 'Evidence', 'Image', 'Window', 'Overlay', 'List', 'Program'] as const
export type KeyGroup = (typeof KEY_GROUPS)[number]

/** Something the keyboard can do. The sheet of keys, the hints on buttons and the menus read it from here. */
export interface Command {
  /** '<group>.<what>', unique */
  readonly id: string
  readonly title: string
  readonly group: KeyGroup
  /** tinykeys' notation, one press each: 'q', '$mod+z', '[Shift]+?', 'ArrowDown', 'Space' */
  readonly keys: readonly string[]
  readonly run: (event: KeyboardEvent) => void
  /** on key up, for what lasts while a key is held */
  readonly release?: (event: KeyboardEvent) => void
  /** with a `release`: run again and again while the key is held, as a text field does */
  readonly repeats?: boolean
  readonly when?: () => boolean
  /** also while a text field or a dialog has the focus */
  readonly everywhere?: boolean
}

const registered = shallowReactive(new Map<string, Command>())
const parsed = new Map<string, KeybindingPress>()

function press(key: string): KeybindingPress {
  if (!parsed.has(key)) parsed.set(key, parseKeybinding(key)[0])
  return parsed.get(key)!
}

/** Returns what takes them out again. A command registered twice under one id is a mistake in the program. */
export function registerCommands(commands: readonly Command[]): () => void {
  for (const command of commands) {
    if (registered.has(command.id)) throw new Error(`The command '${command.id}' is registered twice.`)
    registered.set(command.id, command)
  }
  return () => { for (const { id } of commands) registered.delete(id) }
}

/** For as long as the component lives. */
export function useKeys(commands: readonly Command[]): void {
  onScopeDispose(registerCommands(commands))
}

export function allCommands(): readonly Command[] {
  return [...registered.values()]
}
export function keysOf(id: string): readonly string[] {
  return registered.get(id)?.keys ?? []
}

/** Pairs of commands that answer to one key. */
export function conflicts(commands: readonly Command[]): readonly { readonly key: string; readonly ids: readonly string[] }[] {
  const owners = new Map<string, string[]>()
  for (const command of commands) {
    for (const key of command.keys) {
      const [required, , name] = press(key)
      const normal = [...[...required].sort(), String(name).toLowerCase()].join('+')
      owners.set(normal, [...(owners.get(normal) ?? []), command.id])
    }
  }
  return [...owners].filter(([, ids]) => ids.length > 1).map(([key, ids]) => ({ key, ids }))
}

const TYPES_INTO = 'input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select, [contenteditable]:not([contenteditable=false])'
const TAKES_KEYS = '[role=dialog], [role=alertdialog], [role=menu], [role=listbox]'
/** What a focused element does by itself with some keys. */
const OWN_KEYS: readonly { readonly keys: ReadonlySet<string>; readonly elements: string }[] = [
  { keys: new Set(['Enter', ' ']), elements: 'button, a[href], summary, input[type=checkbox], input[type=radio], [role=columnheader]' },
  {
    keys: new Set(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown']),
    elements: '[role=slider], [role=separator], [role=tab], [role=radio], [role=columnheader], [role=grid], input[type=range], input[type=radio]',
  },
]

function isElsewhere(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null
  if (!target) return false
  return target.closest(TYPES_INTO) !== null || target.closest(TAKES_KEYS) !== null
    || (!event.altKey && OWN_KEYS.some(({ keys, elements }) => keys.has(event.key) && target.closest(elements) !== null))
}

/** The command that a key press means here and now. */
export function commandFor(event: KeyboardEvent): Command | null {
  if (event.isComposing || event.defaultPrevented) return null
  const elsewhere = isElsewhere(event)
  for (const command of registered.values()) {
    if (elsewhere && !command.everywhere) continue
    if (command.keys.some((key) => matchKeybindingPress(event, press(key))) && (command.when?.() ?? true)) return command
  }
  return null
}

/** Listens on the window, once for the whole program. Returns what ends it. */
export function listenForKeys(target: Window): () => void {
  const held = new Map<string, Command>()
  const down = (event: KeyboardEvent) => {
    const command = commandFor(event)
    if (!command) return
    event.preventDefault()
    if (command.release) {
      if (held.has(event.code) && !command.repeats) return
      held.set(event.code, command)
    }
    command.run(event)
  }
  const up = (event: KeyboardEvent) => {
    held.get(event.code)?.release?.(event)
    held.delete(event.code)
  }
  // a key that goes up in another window is not seen here
  const blur = () => {
    for (const command of held.values()) command.release?.(new KeyboardEvent('keyup'))
    held.clear()
  }
  target.addEventListener('keydown', down)
  target.addEventListener('keyup', up)
  target.addEventListener('blur', blur)
  return () => {
    target.removeEventListener('keydown', down)
    target.removeEventListener('keyup', up)
    target.removeEventListener('blur', blur)
  }
}

const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform)
const KEY_NAMES: Readonly<Record<string, string>> = {
  $mod: isMac ? '⌘' : 'Ctrl', Control: 'Ctrl', Meta: '⌘', Alt: isMac ? '⌥' : 'Alt', Shift: isMac ? '⇧' : 'Shift',
  ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc', Space: 'Space', Enter: 'Enter', PageUp: 'Page up', PageDown: 'Page down',
  BracketLeft: '[', BracketRight: ']', Equal: '=', Minus: '-', Comma: ',', Period: '.', Slash: '/',
}

/** A key as it is printed on a cap: 'Ctrl+Z', '?', '←'. */
export function keyName(key: string): string {
  const parts = key.split(/(?<=\w|\])\+/).filter((part) => !/^\[\w+\]$/.test(part))
  return parts.map((part) => KEY_NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part.replace(/^(Key|Digit)(?=.$)/, ''))).join('+')
}
