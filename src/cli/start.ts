/** `vivarium start`: the server from its start to its end. */
import { constants } from 'node:os';
import { startApp } from '../app.ts';
import type { App } from '../app.ts';
import { isRunByNpm } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { formatBanner } from './banner.ts';
import { describeFirst, describeReady, removeOwnReadyFile, removeReadyFile, writeReadyFile } from './ready-file.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { SERVE_STOP_SIGNALS, STOP_SIGNALS } from './stop-signals.ts';

/** npm forwards the Ctrl-C that the terminal has sent to us as well: signals this close together are one. */
const SIGNAL_ECHO_MS = 500;
const PARENT_CHECK_MS = 500;
/** What may pass beyond the grace of the requests, for the last writes and the files to be closed. */
const CLOSING_MS = 5000;

/** Serves until a signal asks for the end and gives the exit code. Throws StartError, or what the system refused. */
export async function start(settings: Settings): Promise<number> {
  const stop = listenForStop(settings.isForRecord === true ? SERVE_STOP_SIGNALS : STOP_SIGNALS);
  if (settings.readyFile !== undefined) await removeReadyFile(settings.readyFile);
  await using app = await startApp(settings);
  if (settings.isForRecord === true) process.on('SIGHUP', () => app.reloadCertificate());
  if (!stop.isRequested()) {
    // The file first: whoever waits for the line may then read it.
    if (settings.readyFile !== undefined) await writeReadyFile(settings.readyFile, describeReady(app, settings));
    announce(app, settings);
  }
  await Promise.race([stop.requested, app.failed]);
  if (settings.readyFile !== undefined) await removeOwnReadyFile(settings.readyFile, app);
  exitWhenLate(settings.shutdownGraceMs + CLOSING_MS);
  return EXIT_CODES.ok;
}

interface StopRequest {
  readonly requested: Promise<void>;
  isRequested(): boolean;
}

/** The first signal asks for a graceful end, the next one ends the process at once. */
function listenForStop(signals: readonly (typeof STOP_SIGNALS)[number][]): StopRequest {
  const { promise, resolve } = Promise.withResolvers<void>();
  let state: 'running' | 'asked' | 'stopping' = 'running';
  const ask = (): void => {
    if (state !== 'running') return;
    state = 'asked';
    resolve();
    setTimeout(() => (state = 'stopping'), SIGNAL_ECHO_MS).unref();
  };
  for (const signal of signals) {
    process.on(signal, () => {
      if (state === 'running') ask();
      else if (state === 'stopping') process.exit(128 + constants.signals[signal]);
    });
  }
  if (isRunByNpm()) askWhenLeft(ask);
  return { requested: promise, isRequested: () => state !== 'running' };
}

/** Asked to end, npm ends the shell between us and goes. */
function askWhenLeft(ask: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) ask();
  }, PARENT_CHECK_MS).unref();
}

function announce(app: App, settings: Settings): void {
  if (settings.output === 'json') {
    console.log(JSON.stringify(describeFirst(describeReady(app, settings))));
    for (const notice of app.notices) console.error(JSON.stringify({ notice }));
    return;
  }
  process.stdout.write(formatBanner(app, settings));
}

/** Something that does not close, or that keeps the process alive after it closed, is a bug; it must not block a restart. */
function exitWhenLate(lateMs: number): void {
  setTimeout(() => {
    console.error(`vivarium: did not stop within ${lateMs} ms and was ended.`);
    process.exit(EXIT_CODES.failure);
  }, lateMs).unref();
}
