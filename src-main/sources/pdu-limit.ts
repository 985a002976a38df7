import type { Socket } from 'node:net'

/** far above the 256 KiB that are negotiated, far below what would fill the memory: a PDU is held whole before it is read */
const MAX_PDU_BYTES = 2 ** 20
/** type, a reserved byte and a length of four bytes (PS3.8 9.3.1) */
const HEAD_BYTES = 6

/** Ends a connection whose sender announces a protocol data unit larger than any that was agreed on. */
export function limitPdus(socket: Socket, onRefused: () => void): void {
  let left = 0
  let head = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length;) {
      if (left > 0) {
        const taken = Math.min(left, chunk.length - at)
        left -= taken
        at += taken
        continue
      }
      const taken = Math.min(HEAD_BYTES - head.length, chunk.length - at)
      head = Buffer.concat([head, chunk.subarray(at, at + taken)])
      at += taken
      if (head.length < HEAD_BYTES) return
      left = head.readUInt32BE(2)
      head = Buffer.alloc(0)
      if (left > MAX_PDU_BYTES) {
        onRefused()
        socket.destroy()
        return
      }
    }
  })
}
