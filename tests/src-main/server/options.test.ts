import { describe, expect, it } from 'vitest'
import { hasScreen } from '../../../src-main/server/open-browser.ts'
import { serverOptions } from '../../../src-main/server/options.ts'

describe('options of the browser shell', () => {
  it('default to any free port and an opened browser', () => {
    expect(serverOptions([])).toEqual({ port: 0, config: undefined, projects: undefined, static: undefined, open: true })
  })
  it('are taken', () => {
    expect(serverOptions(['--port', '8080', '--config', 'c', '--no-open'])).toMatchObject({ port: 8080, config: 'c', open: false })
  })
  it.each([['--port', '70000'], ['--port', 'x'], ['--host', '0.0.0.0'], ['stray']])('refuse %s %s', (...args) => {
    expect(() => serverOptions(args)).toThrow(expect.objectContaining({ code: 'bad-parameter' }))
  })
})

describe('a browser is opened', () => {
  it.each([
    ['on a Linux desktop', 'linux', { DISPLAY: ':0' }, true],
    ['under Wayland', 'linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
    ['not on a Linux machine without a display', 'linux', {}, false],
    ['not from a remote shell', 'darwin', { SSH_CONNECTION: '1' }, false],
    ['on macOS', 'darwin', {}, true],
  ] as const)('%s', (_what, platform, env, expected) => {
    expect(hasScreen(platform, env)).toBe(expected)
  })
})
