// `npm run build:executable -- FILE`: one file for this kind of machine that holds Node and the package. `npm run build` comes first.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { serialize } from 'node:v8';
import { brotliCompressSync, constants } from 'node:zlib';

/** Marks in Node where the script goes. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
const root = join(import.meta.dirname, '..');
const [target] = process.argv.slice(2);

if (target === undefined) {
  console.error('Usage: npm run build:executable -- FILE');
  process.exitCode = 2;
} else {
  build(resolve(process.env['INIT_CWD'] ?? '.', target));
}

function build(file: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'vivarium-executable-'));
  try {
    const archive = join(folder, 'package');
    writeFileSync(archive, packFiles());
    const config = {
      main: join(import.meta.dirname, 'executable', 'main.cjs'),
      output: join(folder, 'blob'),
      disableExperimentalSEAWarning: true,
      assets: { package: archive },
    };
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
    execFileSync(process.execPath, ['--experimental-sea-config', join(folder, 'config.json')], { stdio: 'pipe' });
    copyFileSync(process.execPath, file);
    const postject = join(root, 'node_modules', 'postject', 'dist', 'cli.js');
    execFileSync(process.execPath, [postject, file, 'NODE_SEA_BLOB', config.output, '--sentinel-fuse', FUSE], {
      stdio: 'pipe',
    });
    console.log(`${file}, ${Math.round(statSync(file).size / 1e6)} MB`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What npm would put into the package, by path. */
function packFiles(): Buffer {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const printed = execFileSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const [{ files }] = JSON.parse(printed) as [{ readonly files: readonly { readonly path: string }[] }];
  const contents = new Map(files.map(({ path }) => [path, readFileSync(join(root, path))]));
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
  return brotliCompressSync(serialize(contents), quality);
}
