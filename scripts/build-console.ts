// Makes `dist/console/`, the files of the console that a server serves at /console.
import { join } from 'node:path';
import { build } from 'vite';

await build({ configFile: join(import.meta.dirname, '..', 'console', 'vite.config.ts'), logLevel: 'warn' });
