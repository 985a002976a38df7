import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/**
 * Three programs (desktop, server, cli), the compute process, the one for patterns and the decode worker from src-main; the page from src-renderer.
 * What comes from npm stays outside the bundles of the main side: native modules and WebAssembly are found by their packages.
 */
export default defineConfig({
  main: {
    build: {
      outDir: at('out/main'),
      externalizeDeps: true,
      rollupOptions: {
        input: {
          desktop: at('src-main/desktop/main.ts'),
          server: at('src-main/server/main.ts'),
          cli: at('src-main/cli/main.ts'),
          compute: at('src-main/compute/process.ts'),
          patterns: at('src-main/compute/patterns-process.ts'),
          'decode-worker': at('src-main/compute/decode-worker.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: at('out/preload'),
      externalizeDeps: false,
      rollupOptions: {
        input: { preload: at('src-main/desktop/preload.ts') },
        // a sandboxed preload script has to be CommonJS
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src-renderer'),
    build: {
      outDir: at('out/renderer'),
      minify: true,
      rollupOptions: { input: { index: at('src-renderer/index.html') } },
    },
    plugins: [vue()],
  },
})
