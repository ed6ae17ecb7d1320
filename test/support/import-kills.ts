/** An import that is killed again and again, beside one that is not: what both leave has to be equal. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, createReadStream, createWriteStream, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';

import type { SqlConnection } from '../../src/store/connection.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { BIN, cleanEnvironment, runVivarium } from './command.ts';
import { CONTENT, LEARNER, PROVIDER } from './sandbox.ts';
import { startServerProcess } from './server-process.ts';

export interface KillRun {
  readonly folder: string;
  readonly rows: number;
  /** How many of them are wrong. */
  readonly wrong: number;
  readonly kills: number;
}

export interface KillReport {
  /** Of an import without kills: bytes of memory, milliseconds. */
  readonly peakBytes: number;
  readonly durationMs: number;
  /** Rows that were told when each of the kills came. */
  readonly killedAt: readonly number[];
  readonly counts: Readonly<Record<string, number>>;
  readonly hasEqualRows: boolean;
  readonly hasEqualResults: boolean;
}

const COLUMNS = [
  ...['@odata.type', 'externalcourseActivityId', 'learnerUserId', 'learningContentId', 'assignmentType', 'status'],
  ...['completionPercentage', 'completedDateTime', 'notes/content'],
];
const TYPE = '#microsoft.graph.learningAssignment';
const STATUSES = ['notStarted', 'inProgress', 'completed'];
const FILE = 'activities.csv';

/** Rows of one learner, each told by its number; wrong ones in five ways. */
function* printRows({ rows, wrong }: KillRun): Generator<string> {
  yield `${COLUMNS.join(',')}\n`;
  const every = Math.floor(rows / wrong);
  for (let number = 0; number < rows; number += 1) {
    const status = STATUSES[number % STATUSES.length] as string;
    const cells = [
      ...[TYPE, `row-${number}`],
      LEARNER,
      CONTENT,
      'required',
      status,
      String(number % 101),
      '',
      `"of ${number}, quoted"`,
    ];
    if (number % every !== every - 1) yield `${cells.join(',')}\n`;
    else yield WRONG[Math.floor(number / every) % WRONG.length]?.(cells) ?? '';
  }
}

const WRONG: readonly ((cells: string[]) => string)[] = [
  (cells) => `${cells.with(5, 'nearly').join(',')}\n`,
  (cells) => `${cells.with(2, PROVIDER).join(',')}\n`,
  (cells) => `${cells.slice(0, 3).join(',')}\n`,
  (cells) => `${cells.with(1, '').join(',')}\n`,
  (cells) => `${cells.with(6, '101').join(',')}\n`,
];

export async function killImports(run: KillRun): Promise<KillReport> {
  const { folder } = run;
  const [base, whole, killed] = ['base', 'whole', 'killed'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await fill(base);
  for (const data of [whole, killed]) cpSync(base, data, { recursive: true });
  await pipeline(printRows(run), createWriteStream(join(folder, FILE)));
  const unkilled = await importUnkilled(folder, whole);
  const killedAt = await importKilled(run, killed);
  return {
    ...unkilled,
    killedAt,
    hasEqualRows: (await digestRows(whole)) === (await digestRows(killed)),
    hasEqualResults: (await digestFile(`${whole}.ndjson`)) === (await digestFile(`${killed}.ndjson`)),
  };
}

async function fill(data: string): Promise<void> {
  const server = startServerProcess(data, '--no-sandbox', '--port', '0');
  await server.ready;
  server.signal('SIGTERM');
  await server.exited;
}

const argumentsOf = (data: string): string[] => [
  ...['import', FILE, '--data', data, '--provider', PROVIDER, '--results', `${data}.ndjson`, '--output', 'json'],
];

async function importUnkilled(folder: string, data: string) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [BIN, ...argumentsOf(data)], { cwd: folder, env: cleanEnvironment });
  let [text, peakBytes] = ['', 0];
  child.stdout.on('data', (chunk: Buffer) => {
    text = `${text}${String(chunk)}`.split('\n').slice(-2).join('\n');
    peakBytes = Math.max(peakBytes, readPeak(child.pid));
  });
  await once(child, 'exit');
  const { imports } = JSON.parse(text) as { readonly imports: readonly { readonly counts: KillReport['counts'] }[] };
  return { peakBytes, durationMs: performance.now() - startedAt, counts: imports[0]?.counts ?? {} };
}

/** The most memory that the process has had. */
function readPeak(pid = 0): number {
  const path = `/proc/${pid}/status`;
  const kilobytes = existsSync(path) ? /VmHWM:\s+(\d+) kB/.exec(readFileSync(path, 'utf8'))?.[1] : undefined;
  return Number(kilobytes ?? 0) * 1024;
}

const POLL_MS = 5;

/** Each kill comes when another part of the results has been written, at whatever moment that is. */
async function importKilled({ folder, kills }: KillRun, data: string): Promise<readonly number[]> {
  const results = `${data}.ndjson`;
  const wholeBytes = statSync(`${data.replace(/killed$/, 'whole')}.ndjson`).size;
  const killedAt: number[] = [];
  for (let kill = 1; kill <= kills; kill += 1) {
    const child = spawn(process.execPath, [BIN, ...argumentsOf(data)], {
      cwd: folder,
      env: cleanEnvironment,
      stdio: 'ignore',
    });
    const exited = once(child, 'exit');
    const wanted = (wholeBytes * kill) / (kills + 1);
    while (child.exitCode === null && sizeOf(results) < wanted) await pause(POLL_MS);
    await pause((kill * 7) % 20);
    child.kill('SIGKILL');
    await exited;
    killedAt.push(countLines(results));
  }
  const { stderr } = await runVivarium(argumentsOf(data), { directory: folder });
  if (stderr !== '') throw new Error(stderr);
  return killedAt;
}

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}

function connect(data: string): SqlConnection {
  const options = { maxWaitMs: 10_000, slowStatementMs: 60_000, onSlowStatement: () => {} };
  return openSqlite({ path: join(data, 'vivarium.db'), ...options });
}

/** Results that are told so far. A connection of the test's own would put the log of a killed import into its database. */
function countLines(file: string): number {
  return readFileSync(file, 'utf8').split('\n').length - 1;
}

/** Of all that is stored of the rows but their ids, which are made up: what others did to a row would raise its version. */
async function digestRows(data: string): Promise<string> {
  await using connection = connect(data);
  await using view = await connection.openReadView();
  const digest = createHash('sha256');
  const sql = `select external_course_activity_id, hex(learner_user_id), hex(learning_content_id), activity_type, repeat_number,
status, completion_percentage, completed_date_time, assignment_type, notes, row_version
from learning_course_activity order by external_course_activity_id`;
  for await (const page of view.stream({ name: 'all', sql }))
    for (const row of page) digest.update(`${JSON.stringify(row)}\n`);
  return digest.digest('hex');
}

async function digestFile(file: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(file)) digest.update(chunk as Buffer);
  return digest.digest('hex');
}
