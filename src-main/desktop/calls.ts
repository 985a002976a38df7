import { ipcMain, type WebContents } from 'electron'
import { connect, type Connection } from '../service/shell/connection.ts'
import type { Service } from '../service/types.ts'
import { REPLIES, REQUESTS } from './channel.ts'
import { isOwn } from './origin.ts'

/** Answers the calls of pages of this program's own origin, from their main frame alone. A page that reloads begins anew. */
export function answerCalls(service: Service): void {
  const connections = new Map<WebContents, Connection>()

  function connectionOf(contents: WebContents): Connection {
    const known = connections.get(contents)
    if (known) return known
    const made = connect(service, (reply) => {
      if (!contents.isDestroyed()) contents.send(REPLIES, reply)
    })
    const end = () => {
      if (connections.get(contents) === made) connections.delete(contents)
      made.close()
    }
    contents.once('destroyed', end)
    contents.once('render-process-gone', end)
    contents.on('did-start-navigation', (details) => {
      if (details.isMainFrame && !details.isSameDocument) end()
    })
    connections.set(contents, made)
    return made
  }

  ipcMain.on(REQUESTS, (event, message: unknown) => {
    const { senderFrame, sender } = event
    if (senderFrame === null || senderFrame !== sender.mainFrame || !isOwn(senderFrame.url)) return
    connectionOf(sender).receive(message)
  })
}
