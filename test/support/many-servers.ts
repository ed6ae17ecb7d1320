/** Many servers in one process, at work at the same time: what one has must never show at another. */
import { createServer } from '../../src/index.ts';
import type { VivariumServer } from '../../src/index.ts';

export interface ManyServersOptions {
  readonly servers: number;
  readonly requestsEach: number;
}

export interface ManyServersFinding {
  readonly requests: number;
  /** A line for each thing that a server showed and should not have. */
  readonly leaks: readonly string[];
  /** Of the process, with all servers, after their requests. */
  readonly memory: Memory;
}

export interface Memory {
  readonly residentBytes: number;
  readonly heapBytes: number;
}

const GRAPH = '/v1.0/employeeExperience';
const PAGE = 10;
const DAY_MS = 86_400_000;
const FIRST_DAY_MS = Date.UTC(2030, 0, 1);

export async function runManyServers({ servers, requestsEach }: ManyServersOptions): Promise<ManyServersFinding> {
  const leaks: string[] = [];
  await using running = new AsyncDisposableStack();
  const lives: Life[] = [];
  for (let index = 0; index < servers; index += 1) lives.push(await begin(index, running));
  // All at once: between two requests to one server there are those to the others.
  leaks.push(...(await Promise.all(lives.map((life) => live(life, requestsEach)))).flat());
  leaks.push(...(await Promise.all(lives.map((life, index) => findForeign(life, lives.at(index - 1))))).flat());
  return { requests: servers * requestsEach, leaks, memory: readMemory() };
}

interface Life {
  readonly name: string;
  /** Where its clock stands, and how long its fault asks to wait: no other server has the same. */
  readonly day: Date;
  readonly waitSeconds: number;
  readonly server: VivariumServer;
  readonly token: string;
  /** External ids of the activities that its seed brought. */
  readonly seeded: readonly (string | null | undefined)[];
  readonly created: Set<string>;
}

async function begin(index: number, running: AsyncDisposableStack): Promise<Life> {
  const server = running.use(await createServer({ http: true }));
  const day = new Date(FIRST_DAY_MS + index * DAY_MS);
  const waitSeconds = index + 1;
  await server.clock.freeze(day);
  const effect = { kind: 'error', row: 'serviceUnavailable', retryAfterSeconds: waitSeconds } as const;
  await server.faults.add({ match: { operation: 'getEmployeeExperience' }, effect });
  const token = await server.tokenFor({ app: 'writer' });
  const { value = [] } = (await (await send({ server, token }, '/learningCourseActivities')).json()) as Page;
  const seeded = value.map(({ externalcourseActivityId }) => externalcourseActivityId);
  return { name: `server-${index}`, day, waitSeconds, server, token, seeded, created: new Set() };
}

/** Creates and lists in turn. Gives what went wrong. */
async function live(life: Life, requests: number): Promise<readonly string[]> {
  const problems: string[] = [];
  for (let count = 0; count < requests; count += 1) {
    if (count % 2 === 0) problems.push(...(await create(life, count)));
    else problems.push(...(await look(life)));
  }
  return problems;
}

async function create(life: Life, count: number): Promise<readonly string[]> {
  const { registrationId = '', learningContentId } = life.server.samples;
  const externalCourseActivityId = `${life.name}:${count}`;
  const response = await send(life, `/learningProviders/${registrationId}/learningCourseActivities`, {
    '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse',
    learnerUserId: life.server.users['learner']?.id,
    learningContentId,
    externalCourseActivityId,
    status: 'inProgress',
  });
  life.created.add(externalCourseActivityId);
  return response.status === 201 ? [] : [`${life.name} answered a create with ${response.status}`];
}

async function look(life: Life): Promise<readonly string[]> {
  const response = await send(life, `/learningCourseActivities?$top=${PAGE}`);
  const { value = [] } = (await response.json()) as Page;
  const own = new Set([...life.seeded, ...life.created]);
  const foreign = value.filter(({ externalcourseActivityId: id }) => !own.has(id));
  return foreign.map(({ externalcourseActivityId: id }) => `${life.name} shows ${id}`);
}

interface Page {
  readonly value?: readonly { readonly externalcourseActivityId?: string | null }[];
}

/** What it holds in the end, by its answers and by its journal, and whether it takes the token of a neighbour. */
async function findForeign(life: Life, neighbour: Life | undefined): Promise<readonly string[]> {
  const { server, seeded, created, day, waitSeconds } = life;
  const list = await send(life, '/learningCourseActivities?$count=true&$top=1');
  const { '@odata.count': count } = (await list.json()) as { '@odata.count': number };
  const delayed = await send(life, '');
  const stranger = await send({ ...life, token: neighbour?.token ?? '' }, '/learningCourseActivities');
  const match = { operation: 'createLearningCourseActivity' };
  const journal = await server.journal.verify({ match, count: { exactly: created.size } });
  const expected: Readonly<Record<string, readonly [found: unknown, wanted: unknown]>> = {
    activities: [count, created.size + seeded.length],
    date: [list.headers.get('date'), day.toUTCString()],
    'wait of its fault': [delayed.headers.get('retry-after'), String(waitSeconds)],
    'answer to the token of another': [stranger.status, 401],
    'creates in its journal': [journal.found, created.size],
  };
  return Object.entries(expected)
    .filter(([, [found, wanted]]) => found !== wanted)
    .map(([what, [found, wanted]]) => `${life.name}: ${what}: ${String(found)}, not ${String(wanted)}`);
}

/** After a collection, where Node offers one. */
export function readMemory(): Memory {
  globalThis.gc?.();
  const { rss: residentBytes, heapUsed: heapBytes } = process.memoryUsage();
  return { residentBytes, heapBytes };
}

function send({ server, token }: Pick<Life, 'server' | 'token'>, path: string, body?: unknown): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const request = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
  return fetch(`${server.baseUrl}${GRAPH}${path}`, request);
}
