import { Menu, type MenuItemConstructorOptions } from 'electron'

/** What a system expects of a menu; everything of the review itself is in the window, with its own keys. */
export function setMenu({ platform, devTools }: { platform: NodeJS.Platform; devTools: boolean }): void {
  const template: MenuItemConstructorOptions[] = [
    platform === 'darwin' ? { role: 'appMenu' } : { label: 'File', submenu: [{ role: 'quit' }] },
    { label: 'Edit', submenu: [{ role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }] },
    { label: 'View', submenu: [{ role: 'togglefullscreen' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'resetZoom' }, { role: 'reload', visible: devTools }, { role: 'toggleDevTools', visible: devTools }] },
    { role: 'windowMenu' },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
