import { constants, setPriority } from 'node:os'

/**
 * Lets this process, and the threads that it starts from now on, wait for the window: what the window asks of the main side is answered first on a machine
 * whose cores are all at work. Alone on the machine it is as fast as before. A system that refuses it changes nothing.
 */
export function yieldToWindow(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // a wish, not a need
  }
}
