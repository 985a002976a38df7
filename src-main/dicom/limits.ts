/** What is refused before any memory is taken for it. Far above every modality, far below what a machine cannot hold. */
export const MAX_FILE_BYTES = 2 ** 30
export const MAX_INFLATED_BYTES = 2 ** 29
export const MAX_FRAME_PIXELS = 1e8
/** samples of a pixel counted each; so many of 32 bits are 400 MB */
export const MAX_FRAME_SAMPLES = 1e8
/** of a codec's WebAssembly memory, which no limit of a thread's heap covers; each decode thread has one codec at work */
export const MAX_CODEC_BYTES = 2 ** 30
/** of all overlay planes of a frame together, a byte each pixel */
export const MAX_OVERLAY_PIXELS = 1e8
export const MAX_FRAMES = 1e6
