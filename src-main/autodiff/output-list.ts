import { Emitter, NAME_PREFIX, type GraphBuilder } from './emitter.ts'
import type { TargetLayer } from './layers.ts'
import { isStatic, sameShape, type Dim } from './shapes.ts'
import type { Understood } from './understand.ts'
import { ELEMENT_TYPES, isFloat } from '../onnx/element-types.ts'
import type { DimensionProto, ValueInfoProto } from '../onnx/proto.ts'

/** Outputs of the instrumented model, each float32 and in a fixed order of axes, with its type for the file. */
export class OutputList {
  readonly infos: ValueInfoProto[] = []
  readonly #understood: Understood
  readonly #builder: GraphBuilder

  constructor(understood: Understood, builder: GraphBuilder) {
    this.#understood = understood
    this.#builder = builder
  }

  scores(): string {
    const { facts, score } = this.#understood
    const shape = facts.shapeOf(score.tensor)!
    const emit = this.#emitter(score.tensor)
    const flat = shape.length === 2 ? score.tensor : emit.reshape(score.tensor, [shape[0], score.classes])
    return this.#add(flat, emit, [shape[0], score.classes], `${NAME_PREFIX}scores`)
  }

  /** [N, channels, rows, columns]; a gradient that is the same in every cell may be [N, channels, 1, 1] if `isCompact`. */
  layer(layer: TargetLayer, tensor: string, what: 'activation' | 'gradient', isCompact = false): string {
    const emit = this.#emitter(layer.name)
    const [rows, columns] = layer.grid
    const batch = this.#understood.facts.shapeOf(layer.name)![0]
    const name = `${NAME_PREFIX}${what}/${layer.name}`
    const single = isCompact ? this.#ofEveryCell(layer, tensor, batch) : null
    if (single) return this.#add(single, emit, [batch, layer.channels, 1, 1], name)
    return this.#add(this.#asImage(layer, tensor, emit, batch), emit, [batch, layer.channels, rows, columns], name)
  }

  /** The tensor [N, channels, 1, 1] that was repeated over the cells; null: it was not. */
  #ofEveryCell({ order, channels }: TargetLayer, tensor: string, batch: Dim): string | null {
    const repeated = this.#builder.repeated.get(tensor)
    if (order !== 'NCHW' || !repeated) return null
    return sameShape(repeated.from, [batch, channels, 1, 1]) ? repeated.of : null
  }

  input(gradient: string): string {
    const { facts, input } = this.#understood
    return this.#add(gradient, this.#emitter(input.name), facts.shapeOf(input.name)!, `${NAME_PREFIX}gradient/${input.name}`)
  }

  /** [N, channels, rows, columns], class tokens left out. */
  #asImage({ order, classTokens, channels, grid: [rows, columns] }: TargetLayer, tensor: string, emit: Emitter, batch: Dim): string {
    if (order === 'NCHW') return tensor
    if (order === 'NHWC') return emit.transpose(tensor, [0, 3, 1, 2])
    const patches = classTokens > 0 ? emit.slice(tensor, [1], [classTokens], [classTokens + rows * columns]) : tensor
    return emit.reshape(emit.transpose(patches, [0, 2, 1]), [batch, channels, rows, columns])
  }

  #emitter(name: string): Emitter {
    const type = this.#understood.facts.typeOf(name)
    return new Emitter(this.#builder, this.#understood.opset, isFloat(type) ? type : 'float32')
  }

  /** What the model has already keeps its name; what is appended gets one that says what it is. */
  #add(tensor: string, emit: Emitter, shape: readonly Dim[], appendedName: string): string {
    const single = emit.type === 'float32' ? tensor : emit.cast(tensor, 'float32')
    const name = single.startsWith(NAME_PREFIX) ? this.#builder.node('Identity', [single], {}, appendedName) : single
    const dim = shape.map((size): DimensionProto => (isStatic(size) ? { dimValue: size } : size.perSample === 1 && size.fixed === 0 ? { dimParam: `${NAME_PREFIX}images` } : {}))
    this.infos.push({ name, type: { tensorType: { elemType: ELEMENT_TYPES.float32.code, shape: { dim } } } })
    return name
  }
}
