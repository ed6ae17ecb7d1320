/**
 * Two servers as processes: one is written to, and keeps its record true in the other, which fails as networks and services
 * do. Either is killed now and then. In the end both have to have the same, and nothing twice.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'yaml';

import {
  learnerId,
  PROVIDER_HERE,
  PROVIDER_THERE,
  readAll,
  readRecord,
  seedsOfBoth,
  TARGET,
  targetOf,
  until,
} from './outward.ts';
import type { Readable } from './outward.ts';
import { findQuietPort } from './quiet-port.ts';
import { openCalls } from './server.ts';
import type { Answer, Call } from './server.ts';
import { requestToken, startServerProcess } from './server-process.ts';
import type { ReadyLine, ServerProcess } from './server-process.ts';

export interface SoakOptions {
  readonly seconds: number;
  readonly random: () => number;
  /** Of each side, spread over the time. */
  readonly kills: number;
  /** Flags of the server here. */
  readonly flags?: readonly string[];
  /** Ends the database here as if the power went, and starts it again: after each kill of the server here. */
  readonly crashDatabase?: () => Promise<void>;
  /** Between two writes of one of the writers. */
  readonly pauseMs?: number;
}

export interface SoakFigures {
  readonly writes: number;
  readonly creates: number;
  readonly kills: { readonly here: number; readonly there: number; readonly database: number };
  /** How often each fault has struck. */
  readonly faults: Readonly<Record<string, number>>;
  readonly activities: number;
  readonly contents: number;
  readonly convergedAfterMs: number;
  /** External ids that the other side has more than once. */
  readonly twice: readonly string[];
  readonly differing: readonly string[];
  readonly dead: number;
}

const LEARNERS = 20;
const WRITERS = 4;
/** Reading both sides takes long after half an hour of writes. */
const CONVERGE_MS = 300_000;

/** One call in ten fails, in one way or another. Batches as a whole, and requests within them. */
const FAULTS = [
  { name: 'error', match: { inBatch: true }, probability: 0.03, effect: { kind: 'error', row: 'internalServerError' } },
  {
    name: 'unavailable',
    probability: 0.02,
    effect: { kind: 'error', row: 'serviceUnavailable', retryAfterSeconds: 1 },
  },
  {
    name: 'throttled',
    match: { inBatch: true },
    probability: 0.01,
    effect: { kind: 'error', row: 'tooManyRequests', retryAfterSeconds: null },
  },
  {
    name: 'throttledBatch',
    match: { path: '/$batch' },
    probability: 0.02,
    effect: { kind: 'error', row: 'tooManyRequests', retryAfterSeconds: null },
  },
  { name: 'resetBefore', match: { path: '/$batch' }, probability: 0.03, effect: { kind: 'reset', when: 'before' } },
  { name: 'resetAfter', match: { path: '/$batch' }, probability: 0.05, effect: { kind: 'reset', when: 'after' } },
  { name: 'truncated', match: { path: '/$batch' }, probability: 0.02, effect: { kind: 'truncate' } },
  { name: 'gateway', match: { path: '/$batch' }, probability: 0.02, effect: { kind: 'gateway', status: 502 } },
  { name: 'noToken', endpoint: 'token', probability: 0.1, effect: { kind: 'reset', when: 'before' } },
] as const;

/** A server that is started again whenever it was killed. */
interface Survivor extends AsyncDisposable {
  ready(): ReadyLine;
  kill(): Promise<void>;
  call(call: Call): Promise<Answer>;
  readonly kills: () => number;
}

async function startSurvivor(start: () => ServerProcess, onStart: (one: Survivor) => Promise<void>): Promise<Survivor> {
  let server = start();
  let ready = await server.ready;
  let calls = openCalls(ready.baseUrl, readFileSync(ready.caFile, 'utf8'));
  let kills = 0;
  const survivor: Survivor = {
    ready: () => ready,
    kills: () => kills,
    call: (call) => calls.call(call),
    kill: async () => {
      server.signal('SIGKILL');
      await server.exited;
      kills += 1;
      server = start();
      ready = await server.ready;
      await calls.close().catch(() => {});
      calls = openCalls(ready.baseUrl, readFileSync(ready.caFile, 'utf8'));
      await onStart(survivor);
    },
    [Symbol.asyncDispose]: async () => {
      await calls.close().catch(() => {});
      await server[Symbol.asyncDispose]();
    },
  };
  await onStart(survivor);
  return survivor;
}

export async function soak(options: SoakOptions): Promise<SoakFigures> {
  const { seconds, random, kills, flags = [], crashDatabase, pauseMs = 5 } = options;
  await using opening = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'vivarium-soak-'));
  opening.defer(() => rmSync(folder, { recursive: true, force: true }));
  const seeds = seedsOfBoth({ learners: LEARNERS });
  const fileOf = (name: string, content: unknown): string => {
    const file = join(folder, name);
    writeFileSync(file, stringify(content));
    return file;
  };
  const [portHere, portThere] = [String(await findQuietPort()), String(await findQuietPort())];
  const hits: Record<string, number> = {};
  const seedThere = fileOf('there-seed.yaml', seeds.there);
  const startThere = () =>
    startServerProcess(
      join(folder, 'there'),
      ...['--port', portThere, '--seed', seedThere, '--sandbox', '--token-lifetime-seconds', '3'],
      ...['--clock-skew-seconds', '0', '--allow-duplicate-external-ids'],
    );
  let isFaulty = true;
  const control = (one: Survivor, method: string, path: string, json?: unknown) =>
    one.call({
      method,
      path: `/_vivarium${path}`,
      token: one.ready().controlToken ?? '',
      ...(json !== undefined && { json }),
    });
  const there = opening.use(
    await startSurvivor(startThere, async (one) => {
      if (isFaulty)
        for (const fault of FAULTS)
          await expectDone(control(one, 'POST', '/faults', { ...fault, seed: Math.floor(random() * 1e6) }));
    }),
  );
  const target = targetOf(folder, { origin: there.ready().baseUrl, ca: readFileSync(there.ready().caFile, 'utf8') });
  const config = fileOf('vivarium.yaml', { syncTargets: [target] });
  const seedHere = fileOf('here-seed.yaml', seeds.here);
  const startHere = () =>
    startServerProcess(
      join(folder, 'here'),
      ...['--config', config, '--port', portHere, '--seed', seedHere, '--sandbox', ...flags],
    );
  const here = opening.use(await startSurvivor(startHere, async () => {}));
  const admin = (method: string, path: string) =>
    here.call({ method, path: `/_admin${path}`, token: here.ready().controlToken ?? '' });
  await expectDone(admin('POST', `/sync/targets/${TARGET}/start`));
  const writers = await openWriters(here, random);

  let crashes = 0;
  const begin = Date.now();
  const end = begin + seconds * 1000;
  const killing = (async () => {
    for (let index = 0; index < 2 * kills; index += 1) {
      const at = begin + (seconds * 1000 * (index + random())) / (2 * kills);
      await pause(Math.max(0, at - Date.now()));
      if (index % 2 === 0) await noteHits(there, control, hits);
      await (index % 2 === 0 ? there : here).kill();
      if (index % 2 === 0 || crashDatabase === undefined) continue;
      await crashDatabase();
      crashes += 1;
    }
  })();
  await Promise.all([
    killing,
    ...Array.from({ length: WRITERS }, async () => {
      while (Date.now() < end) {
        await writers.write();
        await pause(pauseMs);
      }
    }),
  ]);
  await noteHits(there, control, hits);
  isFaulty = false;
  await expectDone(control(there, 'DELETE', '/faults'));
  const calmAt = Date.now();
  const sides = { here: readableOf(here, PROVIDER_HERE), there: readableOf(there, PROVIDER_THERE) };
  const compared = await until(
    async () => {
      const [one, other] = [await readRecord(sides.here), await readRecord(sides.there)];
      return { one, other, differing: differenceOf(one, other) };
    },
    ({ differing }) => differing.length === 0,
    CONVERGE_MS,
  ).catch((error: unknown) => ({ one: [], other: [], differing: [String(error)] }));
  const activities = await readAll(
    sides.there,
    `/employeeExperience/learningProviders/${PROVIDER_THERE}/learningCourseActivities?$top=100`,
  );
  const keys = activities.map((one) =>
    [one['externalcourseActivityId'], one['learnerUserId'], one['@odata.type']].join(' '),
  );
  const status = (await admin('GET', '/sync/targets')).body as { readonly value: readonly { readonly dead: number }[] };
  return {
    ...writers.counts,
    kills: { here: here.kills(), there: there.kills(), database: crashes },
    faults: hits,
    activities: activities.length,
    contents: compared.other.length - activities.length,
    convergedAfterMs: Date.now() - calmAt,
    twice: keys.filter((key, index) => keys.indexOf(key) !== index),
    differing: compared.differing,
    dead: status.value[0]?.dead ?? -1,
  };
}

function differenceOf(one: readonly string[], other: readonly string[]): readonly string[] {
  const [left, right] = [new Set(one), new Set(other)];
  return [
    ...one.filter((item) => !right.has(item)).map((item) => `here ${item}`),
    ...other.filter((item) => !left.has(item)).map((item) => `there ${item}`),
  ];
}

async function noteHits(
  there: Survivor,
  control: (one: Survivor, method: string, path: string) => Promise<Answer>,
  hits: Record<string, number>,
): Promise<void> {
  const { body } = await control(there, 'GET', '/faults');
  for (const { id, hits: count } of (body as { value: { id: string; hits: number }[] }).value)
    hits[id] = (hits[id] ?? 0) + count;
}

async function expectDone(answer: Promise<Answer>): Promise<void> {
  const { status, text } = await answer;
  if (status >= 300) throw new Error(`${status} ${text}`);
}

function readableOf(one: Survivor, provider: string): Readable {
  let token: Promise<string> | undefined;
  return {
    provider,
    graph: async (method, path) => {
      for (;;) {
        token ??= requestToken(one.ready(), 'writer');
        const answer = await one.call({ method, path: `/v1.0${path}`, token: await token });
        if (answer.status !== 401) return answer;
        token = undefined;
      }
    },
  };
}

/** Creates, updates and deletes at random; what is not answered may have happened or not. */
async function openWriters(here: Survivor, random: () => number) {
  const counts = { writes: 0, creates: 0 };
  const base = `/v1.0/employeeExperience/learningProviders/${PROVIDER_HERE}`;
  const known: { readonly id: string; readonly external: string | null; readonly learner: number }[] = [];
  const contents: string[] = [];
  let token = await requestToken(here.ready(), 'writer');
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const send = async (method: string, path: string, json?: unknown): Promise<Answer | undefined> => {
    try {
      const answer = await here.call({ method, path: `${base}${path}`, token, ...(json !== undefined && { json }) });
      if (answer.status === 401) token = await requestToken(here.ready(), 'writer');
      if (answer.status < 300) counts.writes += 1;
      return answer;
    } catch {
      await pause(50);
      return undefined;
    }
  };
  const upsertContent = async (): Promise<void> => {
    const name = `content${Math.floor(random() * 10)}`;
    const json = { title: `Title ${random()}`, contentWebUrl: 'https://fabrikam.example/c', languageTag: 'en-us' };
    const answer = await send('PATCH', `/learningContents(externalId='${name}')`, json);
    if (answer?.status === 202 && contents.length < 10) contents.push(String(answer.body.id));
  };
  while (contents.length === 0) await upsertContent();
  const create = async (external: string | null, learner: number): Promise<void> => {
    const answer = await send('POST', '/learningCourseActivities', {
      '@odata.type': '#microsoft.graph.learningAssignment',
      assignmentType: 'required',
      learnerUserId: learnerId(learner),
      learningContentId: pick(contents),
      externalCourseActivityId: external,
      status: 'notStarted',
    });
    if (answer?.status !== 201) return;
    counts.creates += 1;
    known.push({ id: String(answer.body.id), external, learner });
  };
  const remove = async (): Promise<(typeof known)[number] | undefined> => {
    const [gone] = known.splice(Math.floor(random() * known.length), 1);
    if (gone !== undefined) await send('DELETE', `/learningCourseActivities/${gone.id}`);
    return gone;
  };
  const write = async (): Promise<void> => {
    const dice = random();
    if (dice < 0.45 || known.length === 0)
      return create(random() < 0.1 ? null : `e${Math.floor(random() * 1e9)}`, Math.floor(random() * LEARNERS));
    if (dice < 0.85) {
      const json = {
        status: 'inProgress',
        completionPercentage: Math.floor(random() * 101),
        notes: { content: `${random()}` },
      };
      return void (await send('PATCH', `/learningCourseActivities/${pick(known).id}`, json));
    }
    if (dice < 0.92) return void (await remove());
    if (dice < 0.96) {
      const gone = await remove();
      // The same key again, at once.
      if (gone !== undefined && gone.external !== null) await create(gone.external, gone.learner);
      return;
    }
    return upsertContent();
  };
  return { counts, write };
}
