import type { ObjectSource } from './modules.ts'
import { mapWords, uidOf } from './modules.ts'
import { CODES } from './codes.ts'
import { codeItem, nameItem, textItem, uidItem } from './content-items.ts'
import type { DataSet } from './write-object.ts'

/** Who saw it: the reader as a person, the program as a device (TID 1002 to 1004). */
export function observers(source: ObjectSource, reader: string): DataSet[] {
  const { provenance } = source
  return [
    codeItem('HAS OBS CONTEXT', CODES.observerType, CODES.person),
    nameItem('HAS OBS CONTEXT', CODES.personName, reader),
    codeItem('HAS OBS CONTEXT', CODES.observerType, CODES.device),
    uidItem('HAS OBS CONTEXT', CODES.deviceUid, uidOf(source, 'device', provenance.version)),
    textItem('HAS OBS CONTEXT', CODES.deviceName, `RightReason ${provenance.version}`),
    textItem('HAS OBS CONTEXT', CODES.deviceManufacturer, 'RightReason'),
    textItem('HAS OBS CONTEXT', CODES.deviceModel, 'RightReason'),
  ]
}

/** The model, with its hash, and each map that the reader could see (TID 4019). */
export function algorithm({ row, provenance: { model } }: ObjectSource): DataSet[] {
  if (!model || row.provenance.modelSha256 === null) return []
  return [
    textItem('HAS CONCEPT MOD', CODES.algorithmName, `Image classifier ${model.file}`),
    textItem('HAS CONCEPT MOD', CODES.algorithmVersion, `SHA-256 ${row.provenance.modelSha256}`),
    textItem('HAS CONCEPT MOD', CODES.algorithmParameters, `Profile SHA-256 ${row.provenance.profileSha256 ?? 'none'}`),
    ...row.attributions.map((map) => textItem('HAS CONCEPT MOD', CODES.algorithmParameters, mapWords(map))),
  ]
}
