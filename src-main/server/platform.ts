import { childHost } from '../compute/child-host.ts'
import { places } from '../service/shell/places.ts'
import type { Platform } from '../service/types.ts'

/** The browser shell's: no native dialogs, and the compute process as a child of this one. */
export function browserPlatform(told: { config?: string; projects?: string }): Platform {
  return { shell: 'browser', computeHost: childHost(), ...places(told) }
}
