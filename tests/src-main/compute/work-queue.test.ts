import { describe, expect, it } from 'vitest'
import { WorkQueue } from '../../../src-main/compute/work-queue.ts'

function queueOf(count: number, { batchSize = 2, urgent = [] as number[] } = {}): WorkQueue {
  const queue = new WorkQueue()
  for (let id = 0; id < count; id++) queue.add({ id, batch: urgent.includes(id) ? 1 : 0, item: { key: id, path: '', frameIndex: 0, attributions: [] }, urgent: urgent.includes(id), batchSize })
  return queue
}
const ids = (entries: readonly { id: number }[]): number[] => entries.map(({ id }) => id)

describe('the queue of items', () => {
  it('keeps two batches on the way, in the order of the items', () => {
    const queue = queueOf(10)
    expect(ids(queue.takeSendable())).toEqual([0, 1, 2, 3])
    expect(queue.takeSendable()).toEqual([])
    queue.finish(0)
    expect(ids(queue.takeSendable())).toEqual([4])
  })

  it('sends urgent items at once, however full the window is', () => {
    const queue = queueOf(10)
    queue.takeSendable()
    queue.add({ id: 99, batch: 1, item: { key: 99, path: '', frameIndex: 0, attributions: [] }, urgent: true, batchSize: 2 })
    expect(ids(queue.takeSendable())).toEqual([99])
  })

  it('blames only the items at work when the process ends', () => {
    const queue = queueOf(6)
    queue.takeSendable()
    queue.markRunning([0, 1])
    expect(queue.crashed(false)).toEqual([])
    expect([0, 1, 2, 3].map((id) => queue.get(id)!.crashes)).toEqual([1, 1, 0, 0])
  })

  it('sends the blamed ones alone, one after the other, before the rest', () => {
    const queue = queueOf(6)
    queue.takeSendable()
    queue.markRunning([0, 1])
    queue.crashed(false)
    expect(ids(queue.takeSendable())).toEqual([0])
    expect(queue.takeSendable()).toEqual([])
    queue.finish(0)
    expect(ids(queue.takeSendable())).toEqual([1])
    queue.finish(1)
    expect(ids(queue.takeSendable())).toEqual([2, 3, 4, 5])
  })

  it('gives up an item at its second crash, and only that one', () => {
    const queue = queueOf(4)
    queue.takeSendable()
    queue.markRunning([0, 1])
    queue.crashed(false)
    queue.takeSendable()
    queue.markRunning([0])
    expect(ids(queue.crashed(false))).toEqual([0])
    expect(queue.get(0)).toBeUndefined()
    expect(queue.get(1)!.crashes).toBe(1)
  })

  it('blames all that were sent where none was at work, and none where a call was', () => {
    const [one, other] = [queueOf(3), queueOf(3)]
    one.takeSendable()
    one.crashed(false)
    expect([0, 1, 2].map((id) => one.get(id)!.crashes)).toEqual([1, 1, 1])
    other.takeSendable()
    other.crashed(true)
    expect([0, 1, 2].map((id) => other.get(id)!.crashes)).toEqual([0, 0, 0])
  })

  it('blames nobody where the process was ended on purpose', () => {
    const queue = queueOf(3)
    queue.takeSendable()
    queue.markRunning([0])
    queue.restart()
    expect(ids(queue.takeSendable())).toEqual([0, 1, 2])
    expect(queue.get(0)!.crashes).toBe(0)
  })
})
