/** How the console is built: `npm run build:console` makes `dist/console/`, which the server serves. */
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react()],
  // Nothing inlined as data: the Content-Security-Policy lets only files of the server through.
  build: { outDir: join(import.meta.dirname, '../dist/console'), emptyOutDir: true, assetsInlineLimit: 0 },
});
