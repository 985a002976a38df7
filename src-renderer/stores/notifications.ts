import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { errorRecord } from '../../src-main/contract/errors.ts'
import { adviceFor } from './advice.ts'

export type NotificationKind = 'info' | 'ok' | 'warn' | 'bad'
export interface NotificationAction { readonly label: string; readonly run: () => void | Promise<void> }
export interface Notification {
  readonly id: number
  readonly kind: NotificationKind
  readonly text: string
  /** what to do next, in smaller type */
  readonly detail: string
  readonly action: NotificationAction | null
  /** stays until it is closed */
  readonly sticky: boolean
}

const SHOWN_AT_ONCE = 4

/** What the program tells in passing. Errors stay until they are closed; the rest leaves by itself. */
export const useNotificationsStore = defineStore('notifications', () => {
  const items = shallowRef<readonly Notification[]>([])
  let lastId = 0

  function notify(kind: NotificationKind, text: string, options: { detail?: string; action?: NotificationAction; sticky?: boolean } = {}): number {
    const id = ++lastId
    const item: Notification = { id, kind, text, detail: options.detail ?? '', action: options.action ?? null, sticky: options.sticky ?? kind === 'bad' }
    items.value = [...items.value.filter((other) => other.text !== text || other.kind !== kind), item].slice(-SHOWN_AT_ONCE)
    return id
  }

  /** An error with its code's advice. What was cancelled by the user is not news. */
  function fail(thrown: unknown): void {
    const error = errorRecord(thrown)
    if (error.code === 'cancelled') return
    notify('bad', error.message, { detail: adviceFor(error) })
  }

  function dismiss(id: number): void {
    items.value = items.value.filter((item) => item.id !== id)
  }

  return { items, notify, fail, dismiss }
})
