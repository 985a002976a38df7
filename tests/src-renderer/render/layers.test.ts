import { describe, expect, it } from 'vitest'
import { isSoftware } from '../../../src-renderer/render/choose-renderer.ts'
import { colourPixels } from '../../../src-renderer/render/colour-image.ts'
import { inputPixels } from '../../../src-renderer/render/input-layer.ts'
import { overlaySize } from '../../../src-renderer/render/overlay-layer.ts'

describe('what is drawn', () => {
  it('the model’s input spans black to white channel by channel, so that replicated grey stays grey', () => {
    const values = Float32Array.of(-1, 0, 1, 0, 10, 20, 100, 200, 300)
    const pixels = inputPixels(values, 3, 1, 3)
    expect([...pixels]).toEqual([0, 0, 0, 255, 128, 128, 128, 255, 255, 255, 255, 255])
  })

  it('one channel is shown as grey', () => {
    expect([...inputPixels(Float32Array.of(0, 4), 2, 1, 1)]).toEqual([0, 0, 0, 255, 255, 255, 255, 255])
  })

  it('colour keeps its 8 bits, and 12 bits in 16 fill the range', () => {
    expect([...colourPixels(1, 1, Uint8Array.of(1, 2, 255))]).toEqual([1, 2, 255, 255])
    expect([...colourPixels(1, 1, Uint16Array.of(0, 4095, 4095))]).toEqual([0, 255, 255, 255])
  })

  it('raw cells are drawn as they are, interpolated maps finer than a screen shows', () => {
    expect(overlaySize([7, 7], 'cells')).toEqual([7, 7])
    expect(overlaySize([7, 7], 'bilinear')).toEqual([448, 448])
    expect(overlaySize([600, 500], 'bilinear')).toEqual([600, 500])
  })

  it('software rasterisers are recognised by their names', () => {
    expect(isSoftware('ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)), SwiftShader driver)')).toBe(true)
    expect(isSoftware('llvmpipe (LLVM 15.0.6, 256 bits)')).toBe(true)
    expect(isSoftware('ANGLE (NVIDIA, NVIDIA GeForce RTX 3060, OpenGL 4.5)')).toBe(false)
  })
})
