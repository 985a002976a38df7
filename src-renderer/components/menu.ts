import type { Component } from 'vue'

export interface MenuAction {
  readonly kind?: 'action'
  readonly label: string
  readonly run: () => void
  readonly icon?: Component
  readonly hint?: string
  /** id of the command whose key is shown */
  readonly command?: string
  readonly checked?: boolean
  readonly disabled?: boolean
}
export type MenuEntry = MenuAction | { readonly kind: 'separator' } | { readonly kind: 'heading'; readonly label: string }
