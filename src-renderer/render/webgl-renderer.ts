import type { GreyTable } from './grey-table.ts'
import { invert } from './matrix.ts'
import { levelFor, type Level } from './pyramid.ts'
import type { GreyFrame, GreyImage, Renderer } from './renderer.ts'
import { FRAGMENT, VERTEX } from './webgl-shaders.ts'

type Sampler = 'usampler2D' | 'isampler2D'
interface TextureFormat { readonly internal: number; readonly type: number; readonly sampler: Sampler }

const UNIFORMS = ['stored', 'greys', 'toImage', 'imageSize', 'screenHeight', 'perPixel', 'low', 'entries', 'smoothly'] as const
interface Program { readonly program: WebGLProgram; readonly at: Readonly<Record<(typeof UNIFORMS)[number], WebGLUniformLocation | null>> }

/** By the typed array's name. 32-bit values have no row: the fallback draws them. */
function formats(gl: WebGL2RenderingContext): Readonly<Record<string, TextureFormat>> {
  return {
    Uint8Array: { internal: gl.R8UI, type: gl.UNSIGNED_BYTE, sampler: 'usampler2D' },
    Int8Array: { internal: gl.R8I, type: gl.BYTE, sampler: 'isampler2D' },
    Uint16Array: { internal: gl.R16UI, type: gl.UNSIGNED_SHORT, sampler: 'usampler2D' },
    Int16Array: { internal: gl.R16I, type: gl.SHORT, sampler: 'isampler2D' },
  }
}

function compile(gl: WebGL2RenderingContext, sampler: Sampler): Program {
  const program = gl.createProgram()
  for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT.replaceAll('SAMPLER', sampler)]] as const) {
    const shader = gl.createShader(type)!
    gl.shaderSource(shader, source)
    gl.compileShader(shader)
    gl.attachShader(program, shader)
  }
  gl.linkProgram(program)
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(`The WebGL2 program was refused: ${gl.getProgramInfoLog(program)}`)
  const at = Object.fromEntries(UNIFORMS.map((name) => [name, gl.getUniformLocation(program, name)])) as Program['at']
  return { program, at }
}

function texture(gl: WebGL2RenderingContext): WebGLTexture {
  const made = gl.createTexture()
  gl.bindTexture(gl.TEXTURE_2D, made)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST)
  return made
}

/**
 * Integer textures, one for each level of the pyramid that was drawn (WebGL's own levels round down where the pyramid rounds up).
 * `fallback` draws what the GPU cannot: 32-bit values, tables beyond 65,536 entries, levels beyond the texture size,
 * and everything after the context was lost. Throws where a shader does not compile.
 */
export function webglRenderer(gl: WebGL2RenderingContext, fallback: Renderer): Renderer {
  const canvas = gl.canvas as HTMLCanvasElement
  const programs = { usampler2D: compile(gl, 'usampler2D'), isampler2D: compile(gl, 'isampler2D') }
  const known = formats(gl)
  const greatestSide = gl.getParameter(gl.MAX_TEXTURE_SIZE) as number
  const levelTextures = new Map<GreyImage, Map<number, WebGLTexture>>()
  const greysTexture = texture(gl)
  let uploaded: GreyTable | null = null
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1)

  function bindLevel(image: GreyImage, number: number, { columns, rows, data }: Level, { internal, type }: TextureFormat): void {
    const ofImage = levelTextures.get(image) ?? new Map<number, WebGLTexture>()
    levelTextures.set(image, ofImage)
    gl.activeTexture(gl.TEXTURE0)
    const there = ofImage.get(number)
    if (there) return gl.bindTexture(gl.TEXTURE_2D, there)
    ofImage.set(number, texture(gl))
    gl.texImage2D(gl.TEXTURE_2D, 0, internal, columns, rows, 0, gl.RED_INTEGER, type, data)
  }

  function bindTable(table: GreyTable): void {
    gl.activeTexture(gl.TEXTURE1)
    gl.bindTexture(gl.TEXTURE_2D, greysTexture)
    if (table === uploaded) return
    const lines = Math.ceil(table.greys.length / 256)
    const padded = new Uint8Array(lines * 256)
    padded.set(table.greys)
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, 256, lines, 0, gl.RED, gl.UNSIGNED_BYTE, padded)
    uploaded = table
  }

  function draw(frame: GreyFrame): HTMLCanvasElement {
    const { image, table, toScreen, size, smooth } = frame
    const number = levelFor(image.pyramid, 1 / Math.max(Math.abs(toScreen.a), Math.abs(toScreen.b)))
    const level = image.pyramid.levels[number]
    const format = known[level.data.constructor.name]
    if (!format || table.step !== 1 || table.greys.length > 65_536 || Math.max(level.columns, level.rows) > greatestSide || gl.isContextLost()) return fallback.draw(frame)
    if (canvas.width !== size.width || canvas.height !== size.height) {
      canvas.width = size.width
      canvas.height = size.height
    }
    const { program, at } = programs[format.sampler]
    gl.viewport(0, 0, size.width, size.height)
    gl.useProgram(program)
    bindLevel(image, number, level, format)
    bindTable(table)
    const back = invert(toScreen)
    gl.uniform1i(at.stored, 0)
    gl.uniform1i(at.greys, 1)
    gl.uniformMatrix3fv(at.toImage, false, [back.a, back.b, 0, back.c, back.d, 0, back.e, back.f, 1])
    gl.uniform2f(at.imageSize, image.columns, image.rows)
    gl.uniform1f(at.screenHeight, size.height)
    gl.uniform1f(at.perPixel, 2 ** number)
    gl.uniform1i(at.low, table.low)
    gl.uniform1i(at.entries, table.greys.length)
    gl.uniform1i(at.smoothly, smooth ? 1 : 0)
    gl.drawArrays(gl.TRIANGLES, 0, 3)
    return canvas
  }

  function forget(image: GreyImage): void {
    for (const there of levelTextures.get(image)?.values() ?? []) gl.deleteTexture(there)
    levelTextures.delete(image)
  }

  function dispose(): void {
    for (const image of [...levelTextures.keys()]) forget(image)
    gl.getExtension('WEBGL_lose_context')?.loseContext()
  }

  return { name: 'webgl2', draw, forget, dispose }
}
