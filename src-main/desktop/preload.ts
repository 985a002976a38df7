import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { BRIDGE_NAME, type Bridge } from '../contract/bridge.ts'
import type { Reply } from '../contract/wire.ts'
import { REPLIES, REQUESTS } from './channel.ts'

/** All that the page gets of the main process: messages of the contract, to and fro, and the path of a file that the user dropped. */
const bridge: Bridge = {
  send: (request) => ipcRenderer.send(REQUESTS, request),
  listen(listener) {
    const hear = (_event: unknown, reply: Reply) => listener(reply)
    ipcRenderer.on(REPLIES, hear)
    return () => void ipcRenderer.off(REPLIES, hear)
  },
  pathOf: (file) => webUtils.getPathForFile(file),
}
contextBridge.exposeInMainWorld(BRIDGE_NAME, bridge)
