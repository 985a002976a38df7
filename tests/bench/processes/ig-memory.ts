import { integratedGradients } from '../../../src-main/attribution/integrated-gradients.ts'
import { modelRuns } from '../../../src-main/compute/model-runs.ts'
import { Classifier } from '../../../src-main/model/classifier.ts'
import { filledProfile, guessProfile } from '../../../src-main/model/guess-profile.ts'
import { analyseFile, readModelFile } from '../../../src-main/model/inspect.ts'

/** `node ig-memory.ts MODEL STEPS`: integrated gradients once, and the peak memory of this process in bytes. */
const [file, steps] = process.argv.slice(2)
const model = await readModelFile(file)
const analysis = await analyseFile(model, null)
const classifier = new Classifier({ ...model, analysis, profile: filledProfile(guessProfile(analysis), analysis), provider: 'cpu' })
const { channels, height, width } = analysis.inputSize
const image = Float32Array.from({ length: channels * height * width }, (_, i) => Math.sin(i * 0.01))
await integratedGradients.map(modelRuns(classifier, image, null, { index: 0 }, new AbortController().signal), { steps: Number(steps), baseline: 'black' })
console.log(process.resourceUsage().maxRSS * 1024)
await classifier.close()
