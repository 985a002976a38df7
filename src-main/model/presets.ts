import { Profile, PROFILE_FORMAT, type ProfileInput } from '../contract/profile.ts'

export interface Preset { readonly id: string; readonly name: string; readonly profile: Profile }

const preset = (id: string, name: string, profile: Omit<ProfileInput, 'format' | 'name'>): Preset =>
  ({ id, name, profile: Profile.parse({ format: PROFILE_FORMAT, name, ...profile }) })

/** Common ways to prepare an image, to start a profile from. */
export const PRESETS: readonly Preset[] = [
  preset('torchvision', 'torchvision / ImageNet', {
    input: { width: 224, height: 224, channels: 3 },
    resize: { geometry: 'resize-crop', shortSide: 256, interpolation: 'bilinear', antialias: true },
    values: { scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  }),
  preset('torchxrayvision', 'torchxrayvision (−1024 … 1024)', {
    input: { width: 224, height: 224, channels: 1 },
    resize: { geometry: 'center-crop', interpolation: 'bilinear', antialias: true },
    values: { scale: 2048 / 255, offset: -1024 },
    output: { activation: 'sigmoid' },
  }),
  preset('keras', 'Keras (−1 … 1)', {
    input: { width: 224, height: 224, channels: 3 },
    resize: { geometry: 'squash', interpolation: 'bilinear', antialias: false },
    values: { scale: 1 / 127.5, offset: -1 },
  }),
  preset('unit', 'Zero to one', {
    input: { width: 224, height: 224, channels: 3 },
    resize: { geometry: 'squash', interpolation: 'bilinear', antialias: true },
    values: { scale: 1 / 255 },
  }),
]

export function presetProfile(id: string): Profile {
  return PRESETS.find((row) => row.id === id)!.profile
}
