// @vitest-environment happy-dom
import { afterEach, describe, expect, test } from 'vitest'
import { commandFor, conflicts, keyName, listenForKeys, registerCommands, type Command } from '../../../src-renderer/composables/use-keys.ts'

const command = (id: string, keys: string[], more: Partial<Command> = {}): Command => ({ id, title: id, group: 'Program', keys, run: () => {}, ...more })
let undo = () => {}
afterEach(() => {
  undo()
  document.body.innerHTML = ''
})
function press(target: EventTarget, key: string, init: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, code: key.length === 1 ? `Key${key.toUpperCase()}` : key, bubbles: true, cancelable: true, ...init })
  target.dispatchEvent(event)
  return event
}
function element(html: string): HTMLElement {
  document.body.innerHTML = html
  return document.body.querySelector('[data-target]')!
}

describe('keys', () => {
  test('two commands on one key are found, whatever the order of modifiers and the case', () => {
    expect(conflicts([command('a', ['$mod+Shift+z']), command('b', ['Shift+$mod+Z']), command('c', ['z'])]).map(({ ids }) => ids)).toEqual([['a', 'b']])
  })

  test('one id twice is refused', () => {
    undo = registerCommands([command('a', ['a'])])
    expect(() => registerCommands([command('a', ['b'])])).toThrow('registered twice')
  })

  test('letters typed into a text field are no commands, those meant for everywhere are', () => {
    undo = registerCommands([command('letter', ['q']), command('view', ['Alt+q'], { everywhere: true })])
    const field = element('<input data-target>')
    const found: (string | undefined)[] = []
    field.addEventListener('keydown', (event) => found.push(commandFor(event)?.id))
    press(field, 'q')
    press(field, 'q', { altKey: true })
    expect(found).toEqual([undefined, 'view'])
  })

  test('arrows belong to a slider that has the focus, and the rest of the keys do not', () => {
    undo = registerCommands([command('next', ['ArrowRight']), command('right', ['q'])])
    const slider = element('<div role="slider" data-target></div>')
    const found: (string | undefined)[] = []
    slider.addEventListener('keydown', (event) => found.push(commandFor(event)?.id))
    press(slider, 'ArrowRight')
    press(slider, 'q')
    expect(found).toEqual([undefined, 'right'])
  })

  test('Space presses the button that has the focus', () => {
    undo = registerCommands([command('reset', ['Space'])])
    const button = element('<button data-target></button>')
    let found: string | undefined = 'none'
    button.addEventListener('keydown', (event) => { found = commandFor(event)?.id })
    press(button, ' ', { code: 'Space' })
    expect(found).toBeUndefined()
  })

  test('what lasts while a key is held ends when it goes up, and when the window loses the focus', () => {
    const log: string[] = []
    undo = registerCommands([command('hold', ['x'], { run: () => log.push('on'), release: () => log.push('off') })])
    const stop = listenForKeys(window)
    press(document.body, 'x')
    press(document.body, 'x')
    document.body.dispatchEvent(new KeyboardEvent('keyup', { key: 'x', code: 'KeyX', bubbles: true }))
    press(document.body, 'x')
    window.dispatchEvent(new Event('blur'))
    stop()
    expect(log).toEqual(['on', 'off', 'on', 'off'])
  })

  test('a command that does not apply leaves the key to others', () => {
    undo = registerCommands([command('closed', ['q'], { when: () => false }), command('open', ['q'])])
    let found: string | undefined
    document.body.addEventListener('keydown', (event) => { found = commandFor(event)?.id }, { once: true })
    press(document.body, 'q')
    expect(found).toBe('open')
  })

  test.each([['$mod+z', 'Ctrl+Z'], ['[Shift]+?', '?'], ['[Shift]++', '+'], ['[', '['], ['Shift+BracketLeft', 'Shift+['], ['ArrowLeft', '←'], ['Alt+Digit1', 'Alt+1'], ['F1', 'F1']])('%s is printed as %s', (key, name) => {
    expect(keyName(key)).toBe(name)
  })
})
