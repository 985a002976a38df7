/** What is refused before any memory is taken for it. Far above every modality, far below what a machine cannot hold. */
export const MAX_FILE_BYTES = 2 ** 30
export const MAX_INFLATED_BYTES = 2 ** 29
export const MAX_FRAME_PIXELS = 1e8
export const MAX_FRAMES = 1e6
