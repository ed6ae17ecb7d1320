// The first lines that the executable runs: the package is unpacked into the user's cache, once a version, and started there.
// An executable runs one script of CommonJS; what it finds beside it, and the threads that it starts, have to be files.
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs');
const { homedir, tmpdir } = require('node:os');
const { dirname, join } = require('node:path');
const { getRawAsset } = require('node:sea');
const { pathToFileURL } = require('node:url');
const { deserialize } = require('node:v8');
const vm = require('node:vm');
const { brotliDecompressSync } = require('node:zlib');

const archive = Buffer.from(getRawAsset('package'));
const program = join(findPackage(), 'bin', 'vivarium.js');
// A worker is started with the program first, as any Node is; here it comes behind the name of the executable.
if (process.argv[2] === program) process.argv.splice(2, 1);
importFile(program);

function findPackage() {
  const name = createHash('sha256').update(archive).digest('hex').slice(0, 16);
  const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const folder = join(caches, 'vivarium', name);
  try {
    mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
    if (!isOwn(dirname(folder))) return unpackForNow();
    return existsSync(folder) ? folder : unpack(mkdtempSync(`${folder}-`), folder);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS', 'ENOENT'].includes(error.code)) throw error;
    return unpackForNow();
  }
}

/** Where others can write, another program could lie. */
function isOwn(folder) {
  const { uid, mode } = statSync(folder);
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
}

function unpackForNow() {
  const folder = mkdtempSync(join(tmpdir(), 'vivarium-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return unpack(folder, folder);
}

/** Whole or not at all, also when several start at the same time. */
function unpack(from, to) {
  for (const [path, bytes] of deserialize(brotliDecompressSync(archive))) {
    mkdirSync(dirname(join(from, path)), { recursive: true });
    writeFileSync(join(from, path), bytes);
  }
  if (from === to) return to;
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
    rmSync(from, { recursive: true, force: true });
  }
  return to;
}

/** Node says of each executable that does this that it is experimental. */
function importFile(file) {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  const importModuleDynamically = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const script = new vm.Script(`import(${JSON.stringify(pathToFileURL(file).href)})`, { importModuleDynamically });
  script.runInThisContext();
  process.emitWarning = emitWarning;
}
