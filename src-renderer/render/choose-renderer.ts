import { canvasRenderer } from './canvas-renderer.ts'
import type { Renderer } from './renderer.ts'
import { webglRenderer } from './webgl-renderer.ts'

/** Names that software rasterisers give themselves: there the table in JavaScript is several times faster. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i

export function isSoftware(rendererName: string): boolean {
  return SOFTWARE.test(rendererName)
}

/** WebGL2 on a GPU, Canvas 2D elsewhere. */
export function chooseRenderer(): Renderer {
  const fallback = canvasRenderer()
  const gl = document.createElement('canvas').getContext('webgl2', { antialias: false, depth: false, preserveDrawingBuffer: true, premultipliedAlpha: true })
  if (!gl) return fallback
  const info = gl.getExtension('WEBGL_debug_renderer_info')
  const name = String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER))
  if (isSoftware(name)) {
    gl.getExtension('WEBGL_lose_context')?.loseContext()
    return fallback
  }
  try {
    return webglRenderer(gl, fallback)
  } catch (thrown) {
    console.warn('Images are drawn without the GPU.', thrown)
    return fallback
  }
}
