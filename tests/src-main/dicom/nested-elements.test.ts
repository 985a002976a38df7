import { describe, expect, it } from 'vitest'

import { readHeader } from '../../../src-main/dicom/header.ts'
import { dicomFile, encodeElement, header, join } from '../../fixtures/dicom/write-dicom.ts'
import type { TestElement } from '../../fixtures/dicom/write-dicom.ts'

const rowsOf = (...elements: TestElement[]) => readHeader(dicomFile({ elements })).tags().map(({ tag, vr, value, depth }) => [tag, vr, value, depth])
const wide = (vr: string, ...values: bigint[]): TestElement => ({ tag: { UV: '00081197', SV: '00081198', OV: '7fe00003' }[vr]!, vr, value: new Uint8Array(new BigInt64Array(values).buffer) })
const meaning: TestElement = { tag: '00080104', vr: 'LO', value: 'behind' }

/** Items in implicit VR little endian, as they lie in an element whose VR got lost on the way. */
function implicitItem(...elements: readonly (readonly [tag: string, value: string])[]): Uint8Array {
  const numbers = (...values: number[]) => new Uint8Array(Uint32Array.from(values).buffer)
  const tag = (text: string) => Uint8Array.of(parseInt(text.slice(2, 4), 16), parseInt(text.slice(0, 2), 16), parseInt(text.slice(6), 16), parseInt(text.slice(4, 6), 16))
  const content = join(elements.flatMap(([name, value]) => [tag(name), numbers(value.length), Buffer.from(value, 'latin1')]))
  return join([tag('fffee000'), numbers(content.length), content])
}

describe('Within a sequence', () => {
  it.each(['UV', 'SV', 'OV'])('what lies behind an element of VR %s is read', (vr) => {
    const items = [[wide(vr, 7n), { ...meaning, tag: vr === 'OV' ? '7fe10010' : '00081199' }]] as const
    expect(rowsOf({ tag: '00081140', vr: 'SQ', value: items }).filter(([, , , depth]) => depth === 1)).toHaveLength(2)
  })

  it('numbers of 64 bits keep all their digits', () => {
    const rows = rowsOf({ tag: '00081140', vr: 'SQ', value: [[wide('UV', 18_000_000_000_000_000_001n), wide('SV', -9_000_000_000_000_000_001n)]] })
    expect(rows.map(([, , value]) => value)).toEqual(expect.arrayContaining(['18000000000000000001', '-9000000000000000001']))
  })

  it('sequences of open length end where their delimiters stand', () => {
    const delimiter = (tag: string) => join([Uint8Array.of(0xfe, 0xff, parseInt(tag, 16), 0xe0), new Uint8Array(4)])
    const open = join([header('00081140', 'SQ', 0xffffffff), Uint8Array.of(0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff), encodeElement(wide('UV', 5n)), encodeElement({ ...meaning, tag: '00081199' }), delimiter('0d'), delimiter('dd')])
    const file = dicomFile({ pixels: null })
    const bytes = join([file.subarray(0, 132), encodeElement({ tag: '00020010', vr: 'UI', value: '1.2.840.10008.1.2.1' }), open, encodeElement({ tag: '00100020', vr: 'LO', value: 'AFTER' })])
    const { header: { patientId }, tags } = readHeader(bytes)
    expect(patientId).toBe('AFTER')
    expect(tags().filter(({ depth }) => depth === 1).map(({ value }) => value)).toEqual(expect.arrayContaining(['5', 'behind']))
  })
})

describe('An element of unknown VR and a length of its own', () => {
  it('is read as the sequence that it is', () => {
    const rows = rowsOf({ tag: '00540220', vr: 'UN', value: implicitItem(['00080100', 'R-10206 '], ['00080104', 'antero-posterior']) })
    expect(rows).toContainEqual(['(0008,0104)', 'LO', 'antero-posterior', 1])
    expect(readHeader(dicomFile({ elements: [{ tag: '00540220', vr: 'UN', value: implicitItem(['00080104', 'antero-posterior']) }] })).header.view).toBe('antero-posterior')
  })

  it('stays bytes where it only begins like one', () => {
    const cut = implicitItem(['00080104', 'antero-posterior']).slice(0, 20)
    expect(rowsOf({ tag: '00540220', vr: 'UN', value: cut })).toContainEqual(['(0054,0220)', 'UN', '20 bytes', 0])
    const longer = join([implicitItem(['00080104', 'antero-posterior']), Uint8Array.of(1, 2, 3, 4)])
    expect(rowsOf({ tag: '00540220', vr: 'UN', value: longer })).toContainEqual(['(0054,0220)', 'UN', `${longer.length} bytes`, 0])
  })
})
