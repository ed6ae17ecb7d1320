/**
 * Measures how much a reader of the code walks through: functions and files on the way of a request, promises, types, private
 * functions that are called once. Prints a table; CONTRIBUTING.md has one. `--list` prints each function on the way of a create,
 * with `--get` of a get, with `--sandbox` where a sandbox is on.
 */
import { execFileSync } from 'node:child_process';
import { createHook } from 'node:async_hooks';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Session } from 'node:inspector/promises';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseSync } from 'oxc-parser';

const SRC = join(import.meta.dirname, '..', 'src');
const SRC_URL = `${pathToFileURL(SRC).href}/`;
/** So that caches are filled, and everything that is loaded when it is first needed is there. */
const WARM_UP = 50;

interface Walk {
  readonly functions: number;
  readonly files: number;
  readonly calls: number;
  readonly promises: number;
  /** Each function, by its file. */
  readonly names: Readonly<Record<string, readonly string[]>>;
}

interface Run {
  readonly create: Walk;
  readonly get: Walk;
  readonly loaded: number;
  readonly loadedOfSandbox: number;
}

const [mode, ...flags] = process.argv.slice(2);
if (mode === undefined) printTable();
else if (mode === '--list') printNames();
else console.log(JSON.stringify(await measureServer(mode === 'sandbox')));

function runServer(name: 'plain' | 'sandbox'): Run {
  const output = execFileSync(process.execPath, [import.meta.filename, name], {
    encoding: 'utf8',
    // The log: a line for each request, as in production.
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(output) as Run;
}

function printNames(): void {
  const run = runServer(flags.includes('--sandbox') ? 'sandbox' : 'plain');
  const { names, functions } = run[flags.includes('--get') ? 'get' : 'create'];
  for (const [file, some] of Object.entries(names).toSorted(([one], [other]) => one.localeCompare(other)))
    console.log(`${file}\n${some.map((name) => `  ${name}`).join('\n')}`);
  console.log(`${functions} functions in ${Object.keys(names).length} files`);
}

function printTable(): void {
  const [off, on] = [runServer('plain'), runServer('sandbox')];
  const code = readCode();
  const rows = [
    ['', 'Sandbox off', 'on'],
    ['---', '---', '---'],
    ...(['create', 'get'] as const).flatMap((operation) =>
      (['functions', 'files', 'calls', 'promises'] as const).map((figure) => [
        `${figure} on the way of a ${operation}`,
        String(off[operation][figure]),
        String(on[operation][figure]),
      ]),
    ),
    ['files of `src/` loaded', String(off.loaded), String(on.loaded)],
    ['those of `src/sandbox/`', String(off.loadedOfSandbox), String(on.loadedOfSandbox)],
    ['lines of `src/`, tests aside', String(code.lines), ''],
    ['types per 100 lines', ((100 * code.types) / code.lines).toFixed(1), ''],
    ['functions at the top of a file', String(code.functions), ''],
    ['those that are private and called once', `${((100 * code.calledOnce) / code.functions).toFixed(0)} %`, ''],
  ];
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
}

/** In a process of its own: what one server has loaded and compiled would change the figures of the other. */
async function measureServer(hasSandbox: boolean): Promise<Run> {
  const loaded = new Set<string>();
  registerHooks({
    load: (url, context, next) => {
      if (url.startsWith(SRC_URL)) loaded.add(url.slice(SRC_URL.length));
      return next(url, context);
    },
  });
  const { createServer: start } = await import('../src/index.ts');
  await using server = await start({ http: true, port: 0, sandbox: hasSandbox, logLevel: 'info' });
  const token = await server.tokenFor({ app: 'writer' });
  const { registrationId, learningContentId } = server.samples;
  const learnerUserId = server.users['learner']?.id;
  const path = `/v1.0/employeeExperience/learningProviders/${registrationId}/learningCourseActivities`;
  let number = 0;
  const create = (): Promise<Answer> => {
    number += 1;
    const body = {
      ...{ '@odata.type': '#microsoft.graph.learningAssignment', assignmentType: 'required', learningContentId },
      ...{ learnerUserId, externalCourseActivityId: `figure-${number}`, status: 'notStarted' },
      ...{ assignedDateTime: '2026-01-01T00:00:00Z' },
    };
    return exchange(server.baseUrl, { method: 'POST', path, token, body: JSON.stringify(body) });
  };
  const { status, text } = await create();
  if (status !== 201) throw new Error(`The create was answered with ${status}: ${text}`);
  const { id } = JSON.parse(text) as { readonly id: string };
  const get = (): Promise<Answer> => exchange(server.baseUrl, { method: 'GET', path: `${path}/${id}`, token });
  return {
    create: await measureWalk(create),
    get: await measureWalk(get),
    loaded: loaded.size,
    loadedOfSandbox: [...loaded].filter((file) => file.startsWith('sandbox/')).length,
  };
}

async function measureWalk(ask: () => Promise<Answer>): Promise<Walk> {
  for (let times = 0; times < WARM_UP; times += 1) await ask();
  const promises = (await countPromises(ask)) - (await countOfBareServer());
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await session.post('Profiler.takePreciseCoverage');
  await ask();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  session.disconnect();
  const ran = result.flatMap(({ url, functions }) => {
    if (!url.startsWith(SRC_URL)) return [];
    const file = url.slice(SRC_URL.length);
    const text = readFileSync(join(SRC, file), 'utf8');
    return functions.flatMap(({ functionName, ranges: [range] }) => {
      if (range === undefined || range.count === 0) return [];
      const line = text.slice(0, range.startOffset).split('\n').length;
      return [{ file, name: `${functionName || '(anonymous)'}, line ${line}`, count: range.count }];
    });
  });
  const names = Object.entries(Object.groupBy(ran, ({ file }) => file)).map(
    ([file, some = []]) => [file, some.map(({ name }) => name)] as const,
  );
  return {
    functions: ran.length,
    files: names.length,
    calls: ran.reduce((sum, { count }) => sum + count, 0),
    promises,
    names: Object.fromEntries(names),
  };
}

/** The lowest of some: work of the background may come between. */
async function countPromises(ask: () => Promise<Answer>): Promise<number> {
  const counts: number[] = [];
  for (let times = 0; times < 5; times += 1) {
    let count = 0;
    const hook = createHook({ init: (_id, type) => void (count += type === 'PROMISE' ? 1 : 0) });
    hook.enable();
    await ask();
    hook.disable();
    counts.push(count);
  }
  return Math.min(...counts);
}

/** What the client and Node itself make. */
async function countOfBareServer(): Promise<number> {
  const bare = createServer((request, response) => {
    request.resume().on('end', () => response.end('{}'));
  });
  await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(bare.address() as AddressInfo).port}`;
  const count = await countPromises(() => exchange(url, { method: 'GET', path: '/', token: '' }));
  bare.closeAllConnections();
  bare.close();
  return count;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

interface Question {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly body?: string;
}

/** By events alone, so that the client makes one promise. */
function exchange(url: string, { method, path, token, body }: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    const request = send(new URL(path, url), { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('error', reject).end(body);
  });
}

interface Code {
  lines: number;
  types: number;
  functions: number;
  calledOnce: number;
}

function readCode(): Code {
  const code: Code = { lines: 0, types: 0, functions: 0, calledOnce: 0 };
  for (const entry of readdirSync(SRC, { recursive: true, encoding: 'utf8' })) {
    if (!entry.endsWith('.ts') || entry.endsWith('.test.ts')) continue;
    const text = readFileSync(join(SRC, entry), 'utf8');
    code.lines += text.split('\n').length - 1;
    const { program } = parseSync(entry, text);
    for (const statement of program.body) {
      const isExported = statement.type === 'ExportNamedDeclaration';
      const declared = isExported ? statement.declaration : statement;
      if (declared?.type === 'TSInterfaceDeclaration' || declared?.type === 'TSTypeAliasDeclaration') code.types += 1;
      if (declared?.type !== 'FunctionDeclaration') continue;
      code.functions += 1;
      // Its declaration, and one more mention.
      const mentions = text.match(new RegExp(String.raw`\b${declared.id?.name}\b`, 'g'))?.length ?? 0;
      if (!isExported && mentions === 2) code.calledOnce += 1;
    }
  }
  return code;
}
