declare module 'dcmjs' {
  interface Values { readonly [keyword: string]: unknown }
  const dcmjs: {
    readonly data: {
      readonly DicomMetaDictionary: { denaturalizeDataset(dataset: Values): unknown; readonly nameMap: Readonly<Record<string, { readonly vr: string } | undefined>> }
      readonly DicomDict: new (meta: unknown) => { dict: unknown; write(options?: { readonly fragmentMultiframe?: boolean }): ArrayBuffer }
    }
    readonly log: { setLevel(level: string): void }
  }
  export default dcmjs
}
