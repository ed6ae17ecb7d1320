// Makes one file of the SDK of the Model Context Protocol, in the place of the compiled `src/cli/mcp/sdk.ts`, and beside it the licences.
import { join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '..');

await build({
  configFile: false,
  logLevel: 'warn',
  root,
  publicDir: false,
  build: {
    ssr: join(root, 'src', 'cli', 'mcp', 'sdk.ts'),
    outDir: join(root, 'dist', 'cli', 'mcp'),
    emptyOutDir: false,
    target: 'node20',
    minify: true,
    license: { fileName: 'sdk-licences.md' },
    rolldownOptions: { output: { entryFileNames: 'sdk.js', codeSplitting: false } },
  },
  ssr: { noExternal: true },
});
