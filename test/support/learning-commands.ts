/** Requests as commands that fast-check makes up and shrinks; each is sent to a server and judged by the model. */
import * as fc from 'fast-check';
import { expect } from 'vitest';

import { BETA, V1 } from '../../src/model/versions.ts';
import type { ApiVersion } from '../../src/model/versions.ts';
import { judgeCreate, judgeUpdate, REFUSALS, wireActivity } from './learning-model.ts';
import type { Activity, Expected, Fields, World } from './learning-model.ts';
import { fieldsOf, PROPERTIES } from './learning-samples.ts';
import type { ActivityType, Sample } from './learning-samples.ts';

export type CallerName = 'writer' | 'assigner' | 'none' | 'learner' | 'admin';

export interface Sent {
  readonly caller: CallerName;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the host, version and all. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: any; // oxlint-disable-line no-explicit-any -- tests look into what a client can see
}

/** What the commands are sent to. */
export interface Real {
  readonly origin: string;
  send(sent: Sent): Promise<Reply>;
}

export type Command = fc.AsyncCommand<World, Real>;

export function command(name: string, data: unknown, run: (world: World, real: Real) => Promise<void>): Command {
  return { check: () => true, run, toString: () => `${name} ${JSON.stringify(data)}` };
}

/** Commands name things by numbers, so that a shorter run still means something. */
export function pick<Item>(items: Iterable<Item>, number: number): Item | undefined {
  const all = [...items];
  return all[number % Math.max(1, all.length)];
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const NOWHERE = 'ffffffff-0000-4000-8000-000000000009';

export const LEARNER = '7ba2228a-e020-11ec-9d64-0242ac120002';
const LEARNERS = [LEARNER, 'cea1684d-57dc-438d-a9d1-e666ec1a7f3d', '3c1f0a52-e020-11ec-9d64-0242ac120002'];

export function expectReply(reply: Reply, { status, body }: Expected): void {
  const { error } = (reply.body ?? {}) as { error?: Record<string, unknown> };
  const { innerError: _, ...shown } = error ?? {};
  const isRefusal = (body as { error?: unknown } | undefined)?.error !== undefined;
  expect({ status: reply.status, body: isRefusal ? { error: shown } : reply.body }).toEqual({ status, body });
}

export const number = fc.nat({ max: 30 });
const NO_PROVIDER_NUMBER = 4;
/** The first provider takes activities and has contents; the others are there for what goes wrong. */
export const providerNumber = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.nat({ max: NO_PROVIDER_NUMBER }) },
);
export const version = fc.constantFrom<ApiVersion>(V1, BETA);
export const rarely = <Value>(usual: Value, ...others: readonly Value[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

export function providerId(world: World, providers: number): string {
  return providers === NO_PROVIDER_NUMBER ? NOWHERE : (pick(world.providers.keys(), providers) ?? NOWHERE);
}

export const pathOf = (apiVersion: ApiVersion, provider: string, rest: string) =>
  `/${apiVersion}/employeeExperience/learningProviders/${provider}${rest}`;

export function contextOf(real: Real, apiVersion: ApiVersion, what: string): string {
  return `${real.origin}/${apiVersion}/$metadata#${what}`;
}

export function activityBody(real: Real, apiVersion: ApiVersion, activity: Activity): Record<string, unknown> {
  const what = `learningProviders('${activity.provider}')/learningCourseActivities/$entity`;
  return { '@odata.context': contextOf(real, apiVersion, what), ...wireActivity(activity) };
}

function toBody(type: ActivityType | undefined, fields: Fields): Record<string, unknown> {
  const sent = Object.entries(fields).filter(([, sample]) => sample.sent !== undefined);
  return {
    ...(type !== undefined && { '@odata.type': `#microsoft.graph.${type}` }),
    ...Object.fromEntries(sent.map(([name, sample]) => [name, sample.sent])),
  };
}

const mayWrite = (caller: CallerName, type: ActivityType) =>
  caller === 'writer' || (caller === 'assigner' && type === 'learningAssignment');

type ContentChoice = 'own' | 'any' | 'unknown' | 'noGuid' | 'empty' | 'none';

function contentSample(world: World, provider: string, choice: ContentChoice): Sample {
  const contents = [...world.contents.values()];
  const own = contents.find((content) => content.provider === provider)?.id ?? NOWHERE;
  const samples: Record<ContentChoice, Sample> = {
    own: { sent: own },
    any: { sent: contents.at(-1)?.id ?? NOWHERE },
    unknown: { sent: NOWHERE },
    noGuid: { sent: 'no guid' },
    empty: { sent: '', problem: 'empty' },
    none: { sent: undefined },
  };
  return samples[choice];
}

const learnerSample: fc.Arbitrary<Sample> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...LEARNERS.slice(0, 2)).map((sent) => ({ sent })) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Sample>(
      { sent: LEARNERS[2] },
      { sent: LEARNER.toUpperCase(), means: LEARNER },
      { sent: NOWHERE },
      { sent: 'no guid' },
      { sent: null },
      { sent: '', problem: 'empty' },
      { sent: undefined },
    ),
  },
);

const typeOf = fc.constantFrom<ActivityType>('learningAssignment', 'learningSelfInitiatedCourse');

const create = typeOf
  .chain((type) =>
    fc.record({
      type: fc.constant(type),
      caller: rarely<CallerName>('writer', 'assigner', 'none', 'learner'),
      version,
      providers: providerNumber,
      fields: fieldsOf(type),
      learner: learnerSample,
      content: rarely<ContentChoice>('own', 'any', 'unknown', 'noGuid', 'empty', 'none'),
      bodyProvider: rarely<'none' | 'same' | 'other'>('none', 'same', 'other'),
    }),
  )
  .map((data) =>
    command('create', data, async (world, real) => {
      const { type, caller } = data;
      const provider = providerId(world, data.providers);
      const other = [...world.providers.keys()].find((id) => id !== provider) ?? NOWHERE;
      const fields: Fields = {
        ...data.fields,
        learnerUserId: data.learner,
        learningContentId: contentSample(world, provider, data.content),
        ...(data.bodyProvider !== 'none' && {
          learningProviderId: { sent: data.bodyProvider === 'same' ? provider : other },
        }),
      };
      const path = pathOf(data.version, provider, '/learningCourseActivities');
      const reply = await real.send({ caller, method: 'POST', path, json: toBody(type, fields) });
      if (!mayWrite(caller, type)) return expectReply(reply, REFUSALS.denied);
      const expected = judgeCreate(world, { provider, type, fields });
      if ('status' in expected) return expectReply(reply, expected);
      const id = String(reply.body?.id);
      expect(id.split(':')).toEqual([expected.learner, expect.stringMatching(GUID)]);
      expect(world.activities.has(id)).toBe(false);
      world.activities.set(id, { ...expected, id });
      expectReply(reply, { status: 201, body: activityBody(real, data.version, { ...expected, id }) });
      const self = `${real.origin}/${data.version}/employeeExperience/learningProviders('${provider}')`;
      expect(reply.headers['location']).toBe(`${self}/learningCourseActivities('${id}')`);
    }),
  );

const update = fc
  .record({
    activities: number,
    caller: rarely<CallerName>('writer', 'assigner', 'none'),
    version,
    isByKey: fc.boolean(),
    otherProvider: rarely(-1, 1, 2, NO_PROVIDER_NUMBER),
    fields: fc.record({
      learningAssignment: fieldsOf('learningAssignment'),
      learningSelfInitiatedCourse: fieldsOf('learningSelfInitiatedCourse'),
    }),
    names: fc.subarray([...new Set(Object.values(PROPERTIES).flat()), 'colour'], { maxLength: 4 }),
    ids: rarely<'none' | 'same' | 'otherLearner' | 'otherContent' | 'otherProvider'>(
      'none',
      ...(['same', 'otherLearner', 'otherContent', 'otherProvider'] as const),
    ),
    sentType: fc.option(typeOf, { nil: undefined, freq: 1 }),
    ifMatch: rarely<'none' | 'current' | 'stale'>('none', 'current', 'stale'),
    returns: fc.boolean(),
  })
  .map((data) =>
    command('update', data, async (world, real) => {
      const stored = pick(world.activities.values(), data.activities);
      const provider =
        data.otherProvider === -1 ? (stored?.provider ?? providerId(world, 0)) : providerId(world, data.otherProvider);
      const own = data.fields[stored?.type ?? 'learningAssignment'];
      const kept = Object.entries(own).filter(([name]) => name === 'status' || data.names.includes(name));
      const fields: Fields = { ...Object.fromEntries(kept), ...idSamples(world, stored, data.ids) };
      const named = nameActivity(world, stored, { provider, caller: data.caller, isByKey: data.isByKey });
      const { id } = named;
      const tag = data.ifMatch === 'stale' ? 77 : stored?.version;
      const ifMatch = data.ifMatch === 'none' ? undefined : tag;
      const reply = await real.send({
        caller: data.caller,
        method: 'PATCH',
        path: pathOf(data.version, provider, named.path),
        headers: {
          ...(ifMatch !== undefined && { 'if-match': `W/"${ifMatch}"` }),
          ...(data.returns && { prefer: 'return=representation' }),
        },
        json: toBody(data.sentType, fields),
      });
      if (data.caller === 'none') return expectReply(reply, REFUSALS.denied);
      if (named.isShared && world.providers.get(provider) === true) return expectReply(reply, REFUSALS.ambiguous);
      const rules = { mayWrite: (type: ActivityType) => mayWrite(data.caller, type), sentType: data.sentType };
      const expected = judgeUpdate(world, { provider, id, fields, version: data.version, ifMatch, ...rules });
      if ('status' in expected) return expectReply(reply, expected);
      world.activities.set(id, expected);
      const body = data.returns ? activityBody(real, data.version, expected) : undefined;
      expectReply(reply, { status: data.returns ? 200 : 204, body });
      expect(reply.headers['etag']).toBe(`W/"${expected.version}"`);
    }),
  );

interface Naming {
  readonly provider: string;
  readonly caller: CallerName;
  readonly isByKey: boolean;
}

interface Named {
  /** Below the provider. */
  readonly path: string;
  readonly id: string;
  /** Whether the caller could write several activities with the external id. */
  readonly isShared: boolean;
}

/** A stored activity by its id; by its external id, if it has one, the activity that has it under the provider. */
function nameActivity(world: World, stored: Activity | undefined, { provider, caller, isByKey }: Naming): Named {
  const externalId = stored?.values['externalcourseActivityId'];
  if (!isByKey || typeof externalId !== 'string') {
    const id = stored?.id ?? NOWHERE;
    return { path: `/learningCourseActivities/${id}`, id, isShared: false };
  }
  const found = [...world.activities.values()].filter(
    (one) => one.provider === provider && one.values['externalcourseActivityId'] === externalId,
  );
  const writable = found.filter(({ type }) => mayWrite(caller, type));
  return {
    path: `/learningCourseActivities(externalcourseActivityId='${literalOf(externalId)}')`,
    id: (writable[0] ?? found[0])?.id ?? NOWHERE,
    isShared: writable.length > 1,
  };
}

const literalOf = (externalId: string) => encodeURIComponent(externalId.replaceAll("'", "''"));

function idSamples(world: World, stored: Activity | undefined, choice: string): Fields {
  if (stored === undefined) return {};
  const otherContent = [...world.contents.keys()].find((id) => id !== stored.content) ?? NOWHERE;
  const choices: Readonly<Record<string, Fields>> = {
    none: {},
    same: {
      learnerUserId: { sent: stored.learner },
      learningContentId: { sent: stored.content },
      learningProviderId: { sent: stored.provider.toUpperCase(), means: stored.provider },
    },
    otherLearner: { learnerUserId: { sent: LEARNERS.find((id) => id !== stored.learner) } },
    otherContent: { learningContentId: { sent: otherContent } },
    otherProvider: { learningProviderId: { sent: NOWHERE } },
  };
  return choices[choice] as Fields;
}

const remove = fc
  .record({
    activities: number,
    caller: rarely<CallerName>('writer', 'assigner', 'none'),
    isByKey: fc.boolean(),
    twice: fc.boolean(),
  })
  .map((data) =>
    command('delete', data, async (world, real) => {
      const { caller, isByKey } = data;
      const stored = pick(world.activities.values(), data.activities);
      const provider = stored?.provider ?? providerId(world, 0);
      for (let time = 0; time < (data.twice ? 2 : 1); time += 1) {
        const { path, id, isShared } = nameActivity(world, stored, { provider, caller, isByKey });
        const reply = await real.send({ caller, method: 'DELETE', path: pathOf(V1, provider, path) });
        const named = world.activities.get(id);
        if (caller === 'none') expectReply(reply, REFUSALS.denied);
        else if (world.providers.get(provider) !== true) expectReply(reply, REFUSALS.closed);
        else if (isShared) expectReply(reply, REFUSALS.ambiguous);
        else if (named === undefined) expectReply(reply, REFUSALS.notFound);
        else if (!mayWrite(caller, named.type)) expectReply(reply, REFUSALS.denied);
        else {
          expectReply(reply, { status: 204, body: undefined });
          world.activities.delete(id);
        }
      }
    }),
  );

const get = fc
  .record({ activities: number, version, place: fc.constantFrom('root', 'provider', 'user', 'me') })
  .map((data) =>
    command('get', data, async (world, real) => {
      const stored = pick(world.activities.values(), data.activities);
      const id = stored?.id ?? NOWHERE;
      const end = `/employeeExperience/learningCourseActivities/${id}`;
      const provider = stored?.provider ?? NOWHERE;
      const paths: Readonly<Record<string, string>> = {
        root: `/${data.version}${end}`,
        provider: pathOf(data.version, provider, `/learningCourseActivities('${id.replace(':', '%3A')}')`),
        user: `/${data.version}/users/${stored?.learner ?? LEARNER}${end}`,
        me: `/${data.version}/me${end}`,
      };
      const caller = data.place === 'me' ? 'learner' : 'writer';
      const reply = await real.send({ caller, method: 'GET', path: paths[data.place] as string });
      if (data.place === 'provider' && stored === undefined) return expectReply(reply, REFUSALS.noProvider);
      const isSeen = stored !== undefined && (data.place !== 'me' || stored.learner === LEARNER);
      if (!isSeen) return expectReply(reply, REFUSALS.notFound);
      expectReply(reply, { status: 200, body: activityBody(real, data.version, stored) });
      expect(reply.headers['etag']).toBe(`W/"${stored.version}"`);
    }),
  );

const getByKey = fc
  .record({ providers: providerNumber, externalId: fc.constantFrom('x0', 'x1', "it's/ü", 'nothing') })
  .map((data) =>
    command('getByKey', data, async (world, real) => {
      const provider = providerId(world, data.providers);
      const literal = literalOf(data.externalId);
      const path = pathOf(V1, provider, `/learningCourseActivities(externalCourseActivityId='${literal}')`);
      const reply = await real.send({ caller: 'writer', method: 'GET', path });
      const found = [...world.activities.values()].filter(
        (one) => one.provider === provider && one.values['externalcourseActivityId'] === data.externalId,
      );
      const [stored] = found;
      if (!world.providers.has(provider)) return expectReply(reply, REFUSALS.noProvider);
      if (stored === undefined) return expectReply(reply, REFUSALS.notFound);
      if (found.length > 1) return expectReply(reply, REFUSALS.ambiguous);
      expectReply(reply, { status: 200, body: activityBody(real, V1, stored) });
    }),
  );

export interface WeightedCommands {
  readonly weight: number;
  readonly arbitrary: fc.Arbitrary<Command>;
}

export const activityCommands: readonly WeightedCommands[] = [
  { weight: 8, arbitrary: create },
  { weight: 8, arbitrary: update },
  { weight: 2, arbitrary: remove },
  { weight: 3, arbitrary: get },
  { weight: 2, arbitrary: getByKey },
];
