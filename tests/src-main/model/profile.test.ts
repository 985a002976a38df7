import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Profile } from '../../../src-main/contract/profile.ts'
import { classNamesFrom, parseClassNames } from '../../../src-main/model/class-names.ts'
import { inspectModel, readModelFile } from '../../../src-main/model/inspect.ts'
import { PRESETS } from '../../../src-main/model/presets.ts'
import { canonicalJson, checkProfileFits, parseProfile, profileSha256 } from '../../../src-main/model/profile.ts'
import { decodeModel } from '../../../src-main/onnx/decode.ts'
import { encodeModel } from '../../../src-main/onnx/encode.ts'
import { tinyProfile } from '../../fixtures/compute.ts'
import { tinyClassifier, type TinyOptions } from '../../fixtures/onnx/tiny-classifier.ts'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'right-reason-profile-')) })
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function modelFile(options: TinyOptions = {}, metadata: Record<string, string> = {}): string {
  const file = join(folder, 'model.onnx')
  const model = decodeModel(tinyClassifier(options))
  writeFileSync(file, encodeModel({ ...model, metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })) }))
  return file
}
const inspect = async (file: string) => inspectModel(await readModelFile(file))

describe('reading a profile', () => {
  it('names the field and the value that are wrong', () => {
    const text = JSON.stringify({ ...tinyProfile(), resize: { geometry: 'stretch' } })
    expect(() => parseProfile(text, 'The profile x.json')).toThrow(/x\.json is not valid.*'resize\.geometry' is "stretch"/)
    expect(() => parseProfile('{', 'The profile x.json')).toThrow(/not JSON/)
    expect(() => parseProfile('{"format": "other"}', 'The profile')).toThrow(/'format' must be 'right-reason\/profile@1', but is "other"/)
    expect(() => parseProfile(JSON.stringify({ ...tinyProfile(), colour: 1 }), 'The profile')).toThrow(/colour/)
  })

  it('has a hash that depends on what it says and not on how it is written', () => {
    const profile = tinyProfile()
    const turned = Object.fromEntries(Object.entries(profile).reverse()) as Profile
    expect(profileSha256(turned)).toBe(profileSha256(profile))
    expect(profileSha256({ ...profile, layer: 'relu_last' })).not.toBe(profileSha256(profile))
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true })).toBe('{"a":true,"b":[1,{"c":"x","d":null}]}')
  })
})

describe('finding a profile', () => {
  it('takes the file beside the model before its metadata', async () => {
    const file = modelFile({}, { 'right-reason.profile': JSON.stringify(tinyProfile({ values: { scale: 3 } })) })
    expect((await inspect(file)).inspection).toMatchObject({ profileSource: 'metadata', profile: { values: { scale: 3 } } })
    writeFileSync(join(folder, 'model.onnx.profile.json'), JSON.stringify(tinyProfile({ values: { scale: 4 } })))
    expect((await inspect(file)).inspection).toMatchObject({ profileSource: 'beside', profile: { values: { scale: 4 } } })
    writeFileSync(join(folder, 'model.profile.json'), JSON.stringify(tinyProfile({ values: { scale: 5 } })))
    expect((await inspect(file)).inspection).toMatchObject({ profileSource: 'beside', profile: { values: { scale: 5 } } })
  })

  it('guesses from what the file tells, and says that it did', async () => {
    const { inspection } = await inspect(modelFile({ activation: 'Sigmoid', channels: 1, size: 32, classes: 5 }))
    expect(inspection).toMatchObject({ profileSource: 'guess', stepsOver: 'sigmoid', classCount: 5, defaultLayer: 'relu_last', scoreTensor: 'logits' })
    expect(inspection.profile).toMatchObject({ assumed: true, input: { width: 32, height: 32, channels: 1, layout: 'NCHW' }, output: { activation: 'sigmoid' } })
    expect(inspection.problems.map(({ code }) => code)).toEqual(['no-profile'])
    expect((await inspect(modelFile({ layout: 'NHWC' }))).inspection.profile).toMatchObject({ input: { layout: 'NHWC' }, values: { offset: -1 }, resize: { geometry: 'squash' } })
    expect((await inspect(modelFile())).inspection.profile.resize).toMatchObject({ geometry: 'resize-crop', shortSide: 18 })
  })

  it('a preset that needs no more than a size is valid as it is', () => {
    for (const { profile } of PRESETS) expect(() => parseProfile(JSON.stringify(profile), 'A preset')).not.toThrow()
  })
})

describe('class names', () => {
  it('are read from the forms in which exporters leave them', () => {
    expect(classNamesFrom({ names: "{0: 'normal', 1: 'pneumonia'}" }, 2)).toEqual(['normal', 'pneumonia'])
    expect(classNamesFrom({ label_names: '["a", "b", "c"]' }, 3)).toEqual(['a', 'b', 'c'])
    expect(classNamesFrom({ id2label: '{"1": "b", "0": "a"}' }, 2)).toEqual(['a', 'b'])
    expect(classNamesFrom({ classes: 'a, b' }, 2)).toEqual(['a', 'b'])
    expect(classNamesFrom({ class_names: "['it\\'s', \"two\"]" }, 2)).not.toBeNull()
    expect(parseClassNames('0 Normal\n1 Covid19\n2 Viral Pneumonia\n')).toEqual(['Normal', 'Covid19', 'Viral Pneumonia'])
  })

  it('of another number of classes are not taken', () => {
    expect(classNamesFrom({ names: "{0: 'a', 1: 'b'}" }, 3)).toBeNull()
    expect(classNamesFrom({ names: "{0: 'a', 5: 'b'}" }, 2)).toBeNull()
  })

  it('of a model with one score are that of yes, or of no and yes', async () => {
    expect((await inspect(modelFile({ classes: 1, activation: 'Sigmoid' }, { classes: '["pneumonia"]' }))).inspection).toMatchObject({ classCount: 2, profile: { output: { classes: ['not pneumonia', 'pneumonia'] } } })
    expect((await inspect(modelFile({ classes: 1 }, { classes: '["clear", "pneumonia"]' }))).inspection.profile.output).toMatchObject({ classes: ['clear', 'pneumonia'], activation: 'sigmoid' })
  })

  it('stand in a labels.txt beside the model', async () => {
    writeFileSync(join(folder, 'labels.txt'), '0 Normal\n1 Covid19\n2 Viral Pneumonia\n')
    expect((await inspect(modelFile())).inspection.profile.output.classes).toEqual(['Normal', 'Covid19', 'Viral Pneumonia'])
  })
})

describe('a profile that does not fit the model', () => {
  const cases: Record<string, [Parameters<typeof tinyProfile>[0], RegExp]> = {
    size: [{ input: { width: 32, height: 32 } }, /32×32, the model takes 16×16/],
    channels: [{ input: { channels: 1 } }, /'input.channels' is 1, the model takes 3/],
    layout: [{ input: { layout: 'NHWC' } }, /'input.layout' is NHWC/],
    classes: [{ output: { classes: ['a', 'b'] } }, /names 2 classes, the model has 3/],
    mean: [{ values: { mean: [0, 0] } }, /'values.mean' has 2 numbers for 3 channels/],
    'positive class': [{ output: { positiveClass: 3 } }, /'output.positiveClass' is 3/],
    threshold: [{ output: { threshold: 0.5 } }, /without 'output.positiveClass'/],
    'name of the input': [{ input: { name: 'pixels' } }, /'pixels', the model's input is 'image'/],
  }
  for (const [name, [overrides, message]] of Object.entries(cases))
    it(`is told by its ${name}`, async () => {
      const { analysis } = await inspect(modelFile())
      expect(() => checkProfileFits(tinyProfile(overrides), analysis)).toThrow(message)
    })

  it('is told by a layer that is not there', async () => {
    const { analysis } = await inspect(modelFile())
    expect(() => checkProfileFits({ ...tinyProfile(), layer: 'conv9' }, analysis)).toThrow(/'conv9' is none of the model's/)
  })
})

describe('a model file', () => {
  it('that is absent, no ONNX or damaged is refused with its code', async () => {
    await expect(inspect(join(folder, 'absent.onnx'))).rejects.toMatchObject({ code: 'file-not-found' })
    writeFileSync(join(folder, 'text.onnx'), 'these are not the bytes of a model')
    await expect(inspect(join(folder, 'text.onnx'))).rejects.toMatchObject({ code: 'not-onnx' })
    const bytes = tinyClassifier()
    writeFileSync(join(folder, 'half.onnx'), bytes.subarray(0, Math.floor(bytes.length / 2)))
    await expect(inspect(join(folder, 'half.onnx'))).rejects.toMatchObject({ code: 'onnx-damaged' })
  })
})
