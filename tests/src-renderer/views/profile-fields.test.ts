import { describe, expect, test } from 'vitest'
import { Profile } from '../../../src-main/contract/profile.ts'
import { fieldOrigin, fieldValue, PROFILE_FIELDS, profileErrors, withField } from '../../../src-renderer/views/model/profile-fields.ts'
import { FAKE_INSPECTION, FAKE_PROFILE } from '../fake-client.ts'

const paths = PROFILE_FIELDS.flatMap(({ fields }) => fields.map(({ path }) => path))
function leaves(value: unknown, path = ''): string[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [path]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path ? `${path}.${key}` : key))
}

describe('profile editor', () => {
  test('shows every field of the profile once', () => {
    const elsewhere = ['format', 'name', 'assumed']
    expect([...paths, ...elsewhere].sort()).toEqual(leaves(FAKE_PROFILE).sort())
  })

  test('changes one field and leaves the given profile as it was', () => {
    const changed = withField(FAKE_PROFILE, 'values.scale', 2)
    expect(fieldValue(changed, 'values.scale')).toBe(2)
    expect(FAKE_PROFILE.values.scale).toBe(1 / 127.5)
    expect({ ...changed, values: FAKE_PROFILE.values }).toEqual(FAKE_PROFILE)
  })

  test('a profile that fits has no errors', () => {
    expect(profileErrors(FAKE_PROFILE, FAKE_INSPECTION)).toEqual({})
  })

  test.each([
    ['values.std', [0]], ['values.mean', [1, 2]], ['values.mean', [Number.NaN]], ['input.width', 0], ['output.classes', ['one']], ['output.classes', ['same', 'same']],
    ['output.positiveClass', 2], ['output.threshold', 1.5], ['layer', '/gone'],
  ])('%s = %j is told at its field', (path, value) => {
    expect(Object.keys(profileErrors(withField(FAKE_PROFILE, path, value), FAKE_INSPECTION))).toEqual([path])
  })

  test('a crop from the short side needs a short side that holds the crop', () => {
    const crop = withField(FAKE_PROFILE, 'resize.geometry', 'resize-crop')
    expect(profileErrors(crop, FAKE_INSPECTION)).toHaveProperty(['resize.shortSide'])
    expect(profileErrors(withField(crop, 'resize.shortSide', 200), FAKE_INSPECTION)).toHaveProperty(['resize.shortSide'])
    expect(profileErrors(withField(crop, 'resize.shortSide', 256), FAKE_INSPECTION)).toEqual({})
  })

  test('says what the graph told, what is assumed and what was changed', () => {
    expect(fieldOrigin(FAKE_PROFILE, 'input.width', FAKE_INSPECTION)).toBe('model')
    expect(fieldOrigin(FAKE_PROFILE, 'values.mean', FAKE_INSPECTION)).toBe('assumed')
    expect(fieldOrigin(withField(FAKE_PROFILE, 'values.mean', [0.5]), 'values.mean', FAKE_INSPECTION)).toBe('changed')
    expect(fieldOrigin(FAKE_PROFILE, 'values.mean', { ...FAKE_INSPECTION, profileSource: 'beside' })).toBe('profile')
    const free = { ...FAKE_INSPECTION, inputs: [{ name: 'input', elementType: 'float32', dims: ['batch', 3, 'h', 'w'] }] }
    expect(fieldOrigin(FAKE_PROFILE, 'input.width', free)).toBe('assumed')
    const keras = Profile.parse({ ...FAKE_PROFILE, input: { ...FAKE_PROFILE.input, layout: 'NHWC' } })
    const channelsLast = { ...FAKE_INSPECTION, profile: keras, inputs: [{ name: 'input', elementType: 'float32', dims: [null, 224, 224, 3] }] }
    expect(fieldOrigin(keras, 'input.height', channelsLast)).toBe('model')
  })
})
