// Makes `dist/`: the JavaScript and the types that the package consists of. Nothing of an earlier build stays in it. The pages are built
// after it: by `npm run build`, and by npm, which runs `prepare` when it packs.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

rmSync(join(root, 'dist'), { recursive: true, force: true });
const compiler = join(root, 'node_modules', '@typescript', 'native', 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [compiler, '--project', join(root, 'tsconfig.build.json')], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
if (status === 0) await import('./build-mcp.ts');
