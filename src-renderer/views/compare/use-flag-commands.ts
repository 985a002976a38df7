import { nextTick } from 'vue'
import { REASONS, VERDICTS, type ReasonCode } from '../../../src-main/contract/records.ts'
import { useKeys, type Command } from '../../composables/use-keys.ts'
import { REASON_KEYS, VERDICT_KEYS } from '../../stores/verdict-keys.ts'
import { VERDICT_LABELS } from '../../stores/words.ts'
import { useFlagDraftStore } from './flag-draft-store.ts'
import { useImagesStore } from './images-store.ts'
import { middleRegion, movedRegion, resizedRegion } from './region-keys.ts'

const ARROWS = [['left', 'ArrowLeft', [-1, 0]], ['right', 'ArrowRight', [1, 0]], ['up', 'ArrowUp', [0, -1]], ['down', 'ArrowDown', [0, 1]]] as const
const SIZES = { left: 'narrower', right: 'wider', up: 'lower', down: 'higher' } as const

/**
 * A verdict is one key, then the next case. 'Wrong reason' asks which reasons first: their letters or digits, then Enter (or
 * the verdict's key again). With Shift the case stays.
 */
export function useFlagCommands(focusNote: () => void): void {
  const draft = useFlagDraftStore()
  const canFlag = () => draft.canFlag
  const picking = () => draft.picking !== null
  const images = useImagesStore()
  const image = () => images.image.value?.record ?? null
  const region = () => draft.drawn ?? draft.region

  /** Seen while the key is held, and written once when it is let go. */
  const regionKeys = ARROWS.flatMap(([side, key, step]): Command[] => [
    { id: `flag.region-${side}`, title: `Region ${side}`, group: 'Flag', keys: [`Alt+${key}`], when: () => region() !== null && image() !== null, repeats: true, run: () => draft.drawRegion(movedRegion(region()!, step, image()!)), release: () => draft.finishRegion() },
    { id: `flag.region-${SIZES[side]}`, title: `Region ${SIZES[side]}`, group: 'Flag', keys: [`Alt+Shift+${key}`], when: () => region() !== null && image() !== null, repeats: true, run: () => draft.drawRegion(resizedRegion(region()!, step, image()!)), release: () => draft.finishRegion() },
  ])

  const pickReasons: Command[] = (Object.keys(REASONS) as ReasonCode[]).map((code, index) => ({
    id: `flag.reason-${code}`, title: `Reason: ${REASONS[code].toLowerCase()}`, group: 'Flag', keys: [`Shift+Digit${index + 1}`],
    run: () => draft.toggleReason(code), when: canFlag,
  }))
  useKeys([
    ...VERDICTS.map((verdict): Command => ({
      id: `flag.${verdict}`, title: `${VERDICT_LABELS[verdict]}, next case`, group: 'Flag', keys: [VERDICT_KEYS[verdict]], when: () => canFlag() && !picking(),
      run: () => {
        if (verdict === 'wrong-reason') draft.picking = verdict
        else void draft.decide(verdict)
      },
    })),
    ...VERDICTS.map((verdict): Command => ({
      id: `flag.stay-${verdict}`, title: `${VERDICT_LABELS[verdict]}, stay`, group: 'Flag', keys: [`Shift+${VERDICT_KEYS[verdict]}`], when: () => canFlag() && !picking(), run: () => { void draft.decide(verdict, true) },
    })),
    ...pickReasons,
    { id: 'flag.note', title: 'Write a note', group: 'Flag', keys: ['n'], when: () => canFlag() && !picking(), run: () => { void nextTick(focusNote) } },
    { id: 'flag.place-region', title: 'Place a region in the middle', group: 'Flag', keys: ['Shift+g'], when: () => region() === null && image() !== null && canFlag(), run: () => draft.setRegion(middleRegion(image()!)) },
    ...regionKeys,
    { id: 'flag.remove-region', title: 'Remove the region', group: 'Flag', keys: ['Backspace'], when: () => draft.region !== null, run: () => draft.removeRegion() },
    { id: 'flag.undo-region', title: 'Undo the region', group: 'Flag', keys: ['Shift+Backspace'], when: () => draft.beforeRegion.length > 0, run: () => draft.undoRegion() },
  ])
}

const TAKES_SUGGESTION = 'k'

/** A key press within the picker of reasons; `suggested`: what a check speaks for. Returns whether it was meant for it. */
export function pickerKey(event: KeyboardEvent, draft: ReturnType<typeof useFlagDraftStore>, suggested: ReasonCode | null = null): boolean {
  if (draft.picking === null || event.ctrlKey || event.metaKey || event.altKey) return false
  const codes = Object.keys(REASONS) as ReasonCode[]
  const pressed = event.key.toLowerCase()
  const code = pressed === TAKES_SUGGESTION ? suggested : codes.find((candidate) => REASON_KEYS[candidate] === pressed) ?? codes[Number(pressed) - 1]
  if (code) draft.toggleReason(code)
  else if (pressed === 'enter' || pressed === VERDICT_KEYS[draft.picking]) void draft.decide(draft.picking, event.shiftKey)
  else if (pressed === 'escape') draft.picking = null
  else return false
  event.preventDefault()
  return true
}
