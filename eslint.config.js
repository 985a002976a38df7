import tseslint from 'typescript-eslint'
import vue from 'eslint-plugin-vue'
import vueParser from 'vue-eslint-parser'

/** Who may import whom among the layers of src-main: the same table as in docs/architecture.md. `types` may be imported for their types only. */
const WALLS = {
  contract: { from: [], types: ['display'] },
  tensor: { from: ['contract'] },
  statistics: { from: ['tensor', 'contract'] },
  image: { from: ['tensor', 'contract'] },
  display: { from: ['tensor', 'contract'] },
  dicom: { from: ['image', 'tensor', 'display', 'contract'] },
  sources: { from: ['dicom', 'tensor', 'contract'] },
  onnx: { from: ['tensor', 'contract'] },
  autodiff: { from: ['onnx', 'tensor', 'contract'] },
  attribution: { from: ['tensor', 'contract'] },
  model: { from: ['autodiff', 'onnx', 'tensor', 'display', 'contract'], types: ['dicom'] },
  evidence: { from: ['statistics', 'image', 'tensor', 'contract'], types: ['attribution', 'dicom'] },
  patterns: { from: ['statistics', 'tensor', 'contract'], types: ['attribution'] },
  project: { from: ['statistics', 'contract', 'tensor'] },
  export: { from: ['statistics', 'contract', 'tensor', 'display'] },
  compute: { from: ['model', 'attribution', 'evidence', 'causal', 'zones', 'patterns', 'dicom', 'sources', 'display', 'statistics', 'image', 'tensor', 'contract'] },
  service: { from: ['compute', 'model', 'attribution', 'evidence', 'causal', 'zones', 'patterns', 'dicom', 'sources', 'display', 'project', 'export', 'onnx', 'autodiff', 'statistics', 'image', 'tensor', 'contract'] },
  zones: { from: ['image', 'tensor', 'contract'] },
  causal: { from: ['statistics', 'image', 'tensor', 'contract'], types: ['attribution'] },
  desktop: { from: ['service', 'contract'], types: ['compute'] },
  server: { from: ['service', 'compute', 'contract'] },
  cli: { from: ['service', 'compute', 'export', 'dicom', 'display', 'contract'] },
}
/** A package with exactly one home. */
const HOMES = { 'dicom-parser': 'dicom', 'dcmjs-codecs': 'dicom', 'dcmjs-dimse': 'sources', dcmjs: 'export', 'hyparquet-writer': 'export', yauzl: 'sources', 'fast-png': 'sources', 'onnxruntime-node': 'model', 'node:sqlite': 'project', 'umap-js': 'patterns', 'ml-matrix': 'patterns', electron: 'desktop', commander: 'cli' }
const RENDERER_MAY = ['contract', 'tensor', 'display']
const NODE_FREE = ['contract', 'tensor', 'statistics', 'image', 'zones', 'causal', 'display', 'attribution', 'autodiff', 'patterns']
const LAYERS = Object.keys(WALLS)

const elsewhere = (layers, message, allowTypeImports = false) => layers.length === 0 ? [] : [{ regex: `(^|/)(${layers.join('|')})/`, message, allowTypeImports }]
const packages = (names) => names.map((name) => ({ name, message: `${name} is imported by src-main/${HOMES[name]} alone` }))

function wall(layer) {
  const { from, types = [] } = WALLS[layer]
  const closed = LAYERS.filter((other) => other !== layer && !from.includes(other) && !types.includes(other))
  const patterns = [
    ...elsewhere(closed, `${layer} may import only: ${from.join(', ') || 'nothing of ours'}`),
    ...elsewhere(types, `${layer} may import only the types of it`, true),
    { regex: 'src-renderer', message: 'the main side does not know the renderer' },
    ...(NODE_FREE.includes(layer) ? [{ regex: '^node:', message: `${layer} is pure: no Node` }] : []),
  ].map(({ allowTypeImports, ...pattern }) => allowTypeImports ? { ...pattern, allowTypeImports } : pattern)
  const foreign = Object.keys(HOMES).filter((name) => HOMES[name] !== layer)
  return {
    files: [`src-main/${layer}/**/*.ts`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { paths: packages(foreign), patterns }] },
  }
}

export default tseslint.config(
  { ignores: ['out/', 'dist/', 'node_modules/', 'coverage/', 'test-results/', 'playwright-report/', '**/.cache/'] },
  ...tseslint.configs.recommended,
  ...vue.configs['flat/essential'],
  {
    files: ['**/*.vue'],
    languageOptions: { parser: vueParser, parserOptions: { parser: tseslint.parser, extraFileExtensions: ['.vue'] } },
  },
  {
    rules: {
      'no-console': 'off',
      'no-undef': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false }],
      'vue/multi-word-component-names': 'off',
    },
  },
  {
    files: ['src-main/**/*.ts'],
    languageOptions: { parserOptions: { project: './tsconfig.main.json', tsconfigRootDir: import.meta.dirname } },
    rules: { '@typescript-eslint/no-floating-promises': 'error', '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }] },
  },
  ...LAYERS.map(wall),
  {
    files: ['src-renderer/**/*.{ts,vue}'],
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', {
        paths: packages(Object.keys(HOMES)),
        patterns: [
          { regex: `src-main/(?!(${RENDERER_MAY.join('|')})/)`, message: `the renderer may import only ${RENDERER_MAY.join(', ')} of the main side` },
          { regex: '^node:', message: 'the renderer runs in a sandbox: no Node' },
        ],
      }],
    },
  },
)
