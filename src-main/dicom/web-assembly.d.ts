/** The part of the WebAssembly JavaScript API that the codecs need; the compiler's ES library has none without the browser's DOM. */
declare namespace WebAssembly {
  class Module {
    private readonly module: never
  }
  class Instance {
    constructor(module: Module, imports: object)
    readonly exports: object
  }
  interface Memory {
    readonly buffer: ArrayBuffer
  }
  function compile(bytes: Uint8Array): Promise<Module>
}
