import { Option, type Command } from 'commander'
import { JOINS, PROVIDER_IDS } from '../contract/records.ts'

/** An option that may be given several times. */
export const several = (flags: string, about: string, initial: readonly string[] = []) =>
  new Option(flags, about).default(initial, initial.join(', ') || 'none').argParser((value: string, before: readonly string[]) => before === initial ? [value] : [...before, value])

export const providerOption = () => new Option('--provider <id>', 'run on this execution provider and no other').choices(PROVIDER_IDS)

export const addLabelOptions = (command: Command) => command
  .option('--labels <file>', 'labels as CSV or TSV; its columns are guessed unless the options below say otherwise')
  .addOption(new Option('--join <key>', 'what a row is joined by').choices(JOINS))
  .option('--join-column <name>', 'the column with that key')
  .option('--label-column <name>', 'the column with the label')
  .option('--groups <names>', 'columns for subgroups, with commas between; an empty text for none')
  .addOption(several('--class-of <label=class>', "the model's class that a label's text stands for; may be repeated"))

export const addAttributionOptions = (command: Command, method: readonly string[]) => command
  .addOption(several('--method <ids>', 'attribution methods, repeated or with commas between', method))
  .addOption(several('--layer <names>', "target layers, repeated or with commas between, or with + between for the mean of several; the model's last spatial one unless told"))
  .addOption(several('--class <class>', 'predicted, label, an index or a name, or the difference of two as 1-0 or a-minus-b; may be repeated', ['predicted']))
  .addOption(several('--parameter <name=value>', 'a parameter of a method, as steps=50; may be repeated'))
