import type { Configuration } from './configuration.ts'
import { takeImage } from './phantom.ts'
import { storeImage, type StoredImage } from './presentation.ts'
import { drawSubject, type Subject } from './subject.ts'

export interface Study { readonly subject: Subject; readonly image: StoredImage }

/** One study of a series. The same seed, index and configuration give the same study, pixel by pixel. */
export function drawStudy(seed: number, index: number, configuration: Configuration): Study {
  const subject = drawSubject(seed, index, configuration)
  return { subject, image: storeImage(subject, takeImage(subject)) }
}
