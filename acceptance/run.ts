// `npm run acceptance`: every client against a server that is started for it, or against the one that --target names.
import { fork } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HELP, readArguments } from './support/arguments.ts';
import type { Arguments } from './support/arguments.ts';
import { cleanEnvironment, launchServer } from './support/launch.ts';
import type { LaunchedServer } from './support/launch.ts';
import type { Outcome } from './support/suite.ts';
import { LIMIT_PER_MINUTE } from './support/target.ts';
import type { Target } from './support/target.ts';

const CLIENTS = join(import.meta.dirname, 'clients');
const RUN_SUITE = join(import.meta.dirname, 'support', 'run-suite.ts');
/** Bounds one client with all of its cases. */
const CLIENT_MS = 180_000;

// A signal would end this process without its exit handlers, which end the servers.
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => process.exit(128 + constants.signals[signal]));
}
const options = readArguments(process.argv.slice(2));
if (options.isHelp) console.log(HELP);
else process.exitCode = await main(options);

/** Gives the exit code. */
async function main(options: Arguments): Promise<number> {
  await using open = new AsyncDisposableStack();
  const target = options.target ?? (await startServers(open));
  const folder = await mkdtemp(join(tmpdir(), 'vivarium-acceptance-'));
  open.defer(() => rm(folder, { recursive: true, force: true }));
  const targetFile = join(folder, 'target.json');
  await writeFile(targetFile, JSON.stringify(target), { mode: 0o600 });

  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, await readAuthorities(target));

  const outcomes: Outcome[] = [];
  for (const file of await findSuites(options.only)) outcomes.push(...(await runClient(file, targetFile, caFile)));
  const leftOut = count(outcomes, 'left out');
  const failed = count(outcomes, 'failed');
  // The suite's own servers offer everything that it needs; what is left out there would prove nothing.
  const isIncomplete = target.own !== undefined && leftOut > 0;
  if (leftOut > 0) console.log(`${leftOut} left out: the target does not offer what they need.`);
  console.log(`${count(outcomes, 'passed')} passed, ${failed + (isIncomplete ? leftOut : 0)} failed`);
  return failed > 0 || isIncomplete || outcomes.length === 0 ? 1 : 0;
}

async function startServers(open: AsyncDisposableStack): Promise<Target> {
  const limits = ['--throttle-requests-per-minute', String(LIMIT_PER_MINUTE), '--write-wait-ms', '20'];
  // Its refusals are meant: they need no log.
  const flags = [...limits, '--log-level', 'fatal'];
  const launched = [launchServer(), launchServer(flags)].map(async (server) => open.use(await server));
  // Both are waited for, so that what is thrown for one does not forget the other.
  await Promise.allSettled(launched);
  const [server, limited] = (await Promise.all(launched)) as [LaunchedServer, LaunchedServer];
  const { own } = server.target;
  return { ...server.target, ...(own !== undefined && { own: { ...own, limited: limited.target } }) };
}

async function findSuites(only: string | undefined): Promise<string[]> {
  const files = (await readdir(CLIENTS)).filter((file) => file.endsWith('.ts') && file.includes(only ?? ''));
  return files.toSorted().map((file) => join(CLIENTS, file));
}

/** The certificates of all authorities that the clients are to trust, as one PEM text. */
async function readAuthorities({ caFile, own }: Target): Promise<string> {
  const files = [caFile, own?.limited?.caFile].filter((file) => typeof file === 'string');
  return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
}

/** A process a client: what one changes of the globals, or holds open, is not the next one's. */
async function runClient(file: string, targetFile: string, caFile: string): Promise<readonly Outcome[]> {
  const child = fork(RUN_SUITE, [pathToFileURL(file).href, targetFile], {
    env: { ...cleanEnvironment(), NODE_EXTRA_CA_CERTS: caFile },
    timeout: CLIENT_MS,
    killSignal: 'SIGKILL',
  });
  const outcomes: Outcome[] = [];
  const note = (outcome: Outcome): void => {
    outcomes.push(outcome);
    console.log(printOutcome(outcome));
  };
  child.on('message', (outcome) => note(outcome as Outcome));
  const { promise: end, resolve } = Promise.withResolvers<number | string | null>();
  child.once('close', (code, signal) => resolve(code ?? signal));
  const code = await end;
  const isBroken = code !== 0 || outcomes.length === 0;
  if (isBroken) note({ kind: 'failed', title: basename(file), reason: `Its process ended with ${code}.` });
  return outcomes;
}

function printOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'passed':
      return `ok  ${outcome.title}`;
    case 'left out':
      return `--  ${outcome.title} (left out: ${outcome.reason})`;
    case 'failed':
      return `FAILED  ${outcome.title}\n${outcome.reason.replaceAll(/^/gm, '    ')}`;
    default:
      throw new Error(`Unknown outcome ${JSON.stringify(outcome satisfies never)}`);
  }
}

function count(outcomes: readonly Outcome[], kind: Outcome['kind']): number {
  return outcomes.filter((outcome) => outcome.kind === kind).length;
}
