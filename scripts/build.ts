// Makes `dist/`: the JavaScript and the types that the package consists of. Nothing of an earlier build stays in it. The pages are built
// after it: by `npm run build`, and by npm, which runs `prepare` when it packs.
import { spawnSync } from 'node:child_process';
import { globSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import type { Plugin } from 'rolldown';
import { minifySync } from 'rolldown/utils';

const root = join(import.meta.dirname, '..');
const src = join(root, 'src');
const dist = join(root, 'dist');

/** They import each other as they do in `src/`. */
const ownFilesStay: Plugin = {
  name: 'own-files-stay',
  resolveId: (source, importer) =>
    source.startsWith('.') && importer?.startsWith(`${src}/`) === true
      ? { id: source.replace(/\.ts$/, '.js'), external: true }
      : undefined,
};

/** Umzug comes with a command line of its own, which is ten times its size and which nothing here calls. */
const withoutUmzugsCommands: Plugin = {
  name: 'without-umzugs-commands',
  load: (id) => (id.endsWith('node_modules/umzug/lib/cli.js') ? 'exports.UmzugCLI = undefined;' : undefined),
};

/** Names of functions and classes stay: some packages look them up. */
const vendorIsSmall: Plugin = {
  name: 'vendor-is-small',
  renderChunk: (code, { fileName }) =>
    fileName.startsWith('vendor/')
      ? minifySync(fileName, code, { module: true, mangle: { toplevel: true, keepNames: true } }).code
      : undefined,
};

const PACKAGE = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//;

rmSync(dist, { recursive: true, force: true });
const compiler = join(root, 'node_modules', '@typescript', 'native', 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [compiler, '--project', join(root, 'tsconfig.build.json')], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
if (status === 0) await bundle();

/**
 * Each file of `src/` becomes one of `dist/`, which finds what lies beside it as it does in a checkout. What it uses of other
 * packages comes along, a file a package under `vendor/`: so the package has no dependencies, and what is installed is what was
 * tested.
 */
async function bundle(): Promise<void> {
  const files = globSync('**/*.ts', { cwd: src }).filter((file) => !/\.(test|d)\.ts$/.test(file));
  const build = await rolldown({
    input: Object.fromEntries(files.map((file) => [file.replace(/\.ts$/, ''), join(src, file)])),
    cwd: root,
    platform: 'node',
    plugins: [ownFilesStay, withoutUmzugsCommands],
    // A driver in C that `pg` takes when it is there.
    external: ['pg-native'],
  });
  const { output } = await build.write({
    dir: dist,
    entryFileNames: '[name].js',
    chunkFileNames: 'vendor/[name].js',
    plugins: [vendorIsSmall],
    // The types have those that users read.
    comments: { jsdoc: false },
    codeSplitting: { groups: [{ test: /node_modules/, name: nameOfPackage, debugName: 'vendor' }] },
  });
  const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
  const folders = new Set(modules.flatMap((id) => folderOfPackage(id) ?? []));
  writeFileSync(join(dist, 'vendor', 'LICENSES.txt'), printLicences([...folders].toSorted()));
}

function nameOfPackage(id: string): string | null {
  return PACKAGE.exec(id)?.[2]?.replace('/', '+') ?? null;
}

function folderOfPackage(id: string): string | undefined {
  return PACKAGE.exec(id)?.[1];
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** What the licences of others ask for when their code is passed on. @throws when a package has none */
function printLicences(folders: readonly string[]): string {
  const packagesByText = new Map<string, string[]>();
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
    if (license === undefined) throw new Error(`The package ${name} does not say what its licence is.`);
    const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)/i.test(file));
    const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
    const packages = packagesByText.get(text) ?? [];
    packagesByText.set(text, [...packages, `${name} ${version}, ${license}`]);
  }
  const parts = [...packagesByText].map(([text, packages]) => `${packages.join('\n')}\n\n${text}`);
  return `${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
