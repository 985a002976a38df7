import type { CueCalibration, PlantReport } from '../../../src-main/contract/causal.ts'
import type { Proportion } from '../../../src-main/contract/records.ts'
import { shortPercent as percent } from '../../stores/numbers.ts'
import type { Finding } from '../evidence/evidence-words.ts'

/** More false alarms than this on a model without the wrong reason, and an accusation says little. */
const MOST_ALARMS = 0.05
/** an order in which a random guilty case stands before a random innocent one so often leads somewhere */
const GOOD_ORDER = 0.9

export const proportionText = ({ count, of, low, high }: Proportion): string => `${count} of ${of} (${percent(low)} … ${percent(high)})`

/** What a cue's numbers mean for the trust in an accusation of this kind. The interval decides, not the value. */
export function cueFinding({ auroc, found, falseAlarms, wrongReason }: CueCalibration): Finding {
  if (wrongReason === 0) return { state: 'none', text: 'No case of this model is right for the planted reason alone: there is nothing to find.' }
  if (auroc === null || found === null) return { state: 'none', text: 'Every correct case is of one kind: an order cannot be measured.' }
  if (falseAlarms && falseAlarms.low > MOST_ALARMS) return { state: 'bad', text: `Accuses the innocent: ${percent(falseAlarms.value)} of the clean twin’s correct cases. An accusation of this kind is to be proved each time.` }
  if (auroc.low >= GOOD_ORDER) return { state: 'ok', text: `Would be noticed: ${percent(found.value)} of the cases that rest on it are accused, and the most suspect are read first.` }
  if (auroc.high < GOOD_ORDER) return { state: 'bad', text: 'Would often be missed: a low suspicion does not speak for a right reason here.' }
  return { state: 'open', text: 'Cannot be told from so few cases: measure more.' }
}

export function plantFinding({ noticed, falseAlarms, words }: PlantReport): Finding {
  if (!noticed) return { state: 'none', text: words }
  if (falseAlarms && falseAlarms.low > MOST_ALARMS) return { state: 'bad', text: `On your data cases are accused without any token too. ${words}` }
  if (noticed.low > 0.5) return { state: 'ok', text: `Your model’s reliance on such a token would be noticed. ${words}` }
  if (noticed.high < 0.5) return { state: 'bad', text: `A reliance on such a token would be missed in most cases. ${words}` }
  return { state: 'open', text: words }
}
