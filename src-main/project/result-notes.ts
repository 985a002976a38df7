import type { Results } from '../contract/protocol.ts'

const cases = (count: number): string => `${count} ${count === 1 ? 'case' : 'cases'}`

/** What has to be said with the numbers of a review, in sentences. */
export function resultNotes(numbers: Omit<Results, 'notes'>, inConflict: number, modelMissing: boolean): string[] {
  const { plan, reader, readers, read, open, overall, outcomes, cases: drawn } = numbers
  const notes: string[] = []
  const tell = (when: boolean, words: string): void => { if (when) notes.push(words) }
  tell(read < drawn, `${read} of the ${cases(drawn)} of the sample have a verdict; the rates are of these, as if those still missing were like them.`)
  tell(reader === null && open > 0, `${cases(open)} were read but are open: the readers disagree, or one said different things in two copies. They count when an adjudication settles them.`)
  tell(inConflict > 0, `${inConflict} ${inConflict === 1 ? 'reading says' : 'readings say'} different things in two copies of the project and ${inConflict === 1 ? 'is' : 'are'} left out until settled.`)
  tell((overall.population?.uncovered ?? 0) > 0, `Nothing was read yet in strata with ${cases(overall.population?.uncovered ?? 0)} of the population; the weighted rate says nothing of them.`)
  tell(modelMissing, 'The model of the plan is not in this copy of the project, so outcomes are not known.')
  tell(outcomes['not-run'] > 0 && !modelMissing, `${cases(outcomes['not-run'])} of the sample have no scores of the plan's model.`)
  tell(outcomes['unlabelled'] > 0, `${cases(outcomes['unlabelled'])} of the sample have no label with a class of the model, so they are neither correct nor incorrect.`)
  tell(plan.strata.length > 1, 'The sample is stratified: rates of the sample are as it was drawn, the rate of the population is weighted back by strata. κ is of the sample as it was drawn.')
  tell(plan.hidden.length === 0, 'Nothing was hidden from the readers.')
  tell(readers.length === 1, 'One reader: nothing tells how far another would agree.')
  return notes
}
