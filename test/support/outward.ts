/** A server that keeps the record of a provider true in another one, which stands where Microsoft Graph would. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'yaml';

import type { Seed } from '../../src/seed/seed-schema.ts';
import { openControl } from './control.ts';
import type { Control } from './control.ts';
import { startTestServer } from './server.ts';
import type { Answer, TestServer } from './server.ts';

const DEFAULT_SEED = join(import.meta.dirname, '..', '..', 'seeds', 'default.yaml');

/** Here. */
export const PROVIDER_HERE = '01e8f81b-3060-4dec-acf0-0389665a0a38';
/** The same provider, as the other tenant has registered it. */
export const PROVIDER_THERE = 'f1e8f81b-3060-4dec-acf0-0389665a0aff';
export const TENANT_THERE = '9f6b5d1c-8a0e-4d53-9c57-3f1e6a7b9cff';
export const SECRET_THERE = 'known-to-the-tests';
export const CLIENT_THERE = '6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a11';
export const TARGET = 'viva';

type SeedTenant = Seed['tenants'][number];

function firstTenant(): SeedTenant {
  const [tenant] = (parse(readFileSync(DEFAULT_SEED, 'utf8'), { schema: 'core' }) as Seed).tenants;
  if (tenant === undefined) throw new Error('The seed has no tenant');
  return tenant;
}

export interface SeedOptions {
  readonly learners?: number;
  /** Of the app there, in place of a secret. */
  readonly certificates?: readonly string[];
  /** Whether users have other ids there, as {@link idThere} gives them. */
  readonly hasOwnIds?: boolean;
}

/** Many learners, whom both sides know; what the provider has is there only here. */
export function seedsOfBoth({ learners = 0, certificates, hasOwnIds = false }: SeedOptions): {
  readonly here: Seed;
  readonly there: Seed;
} {
  const tenant = firstTenant();
  const more = Array.from({ length: learners }, (_, index) => [
    `learner${index}`,
    {
      id: learnerId(index),
      userPrincipalName: `learner${index}@contoso.onmicrosoft.com`,
      displayName: `Learner ${index}`,
      mail: `Learner${index}@contoso.example`,
      employeeId: `E${index}`,
      licence: 'premium' as const,
    },
  ]);
  const users = { ...tenant.users, ...(Object.fromEntries(more) as SeedTenant['users']) };
  const [provider, ...others] = tenant.providers ?? [];
  if (provider === undefined) throw new Error('The seed has no provider');
  const { contents: _contents, activities: _activities, ...empty } = provider;
  const { writer, ...apps } = tenant.apps;
  const usersThere = Object.entries(users).map(([name, user]) => [name, { ...user, id: idThere(user.id) }]);
  return {
    here: { tenants: [{ ...tenant, users }] },
    there: {
      tenants: [
        {
          ...tenant,
          id: TENANT_THERE,
          domainName: 'there.onmicrosoft.com',
          users: hasOwnIds ? (Object.fromEntries(usersThere) as typeof users) : users,
          apps: {
            ...apps,
            writer: {
              ...writer,
              ...(certificates === undefined ? { clientSecret: SECRET_THERE } : { certificates }),
            },
          } as SeedTenant['apps'],
          providers: [
            { ...empty, id: PROVIDER_THERE },
            ...others.map((other) => ({ ...other, contents: [], activities: [] })),
          ],
        },
      ],
    },
  };
}

export function learnerId(index: number): string {
  return `70000000-e020-41ec-9d64-${String(index).padStart(12, '0')}`;
}

/** Of a user there who has another id here. */
export function idThere(id: string): string {
  return `9${id.slice(1)}`;
}

/** An assignment of the provider here, of a content that the seed has. */
export function assignmentHere(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return {
    '@odata.type': '#microsoft.graph.learningAssignment',
    learnerUserId: learnerId(0),
    learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
    learningProviderId: PROVIDER_HERE,
    assignmentType: 'required',
    status: 'notStarted',
    ...members,
  };
}

/** What a user has in the other tenant: without one, activities of theirs are refused there. */
export async function licenseThere({ there: { server } }: Pair, user: string, licence: string): Promise<void> {
  const call = { method: 'PATCH', path: `/_admin/users/${user}`, token: server.app.admin?.token, json: { licence } };
  const { status } = await server.call(call);
  if (status !== 200) throw new Error(`The licence was not given: ${status}`);
}

export interface Pair extends AsyncDisposable {
  /** Of the settings here, for another server. */
  readonly syncTargets: readonly object[];
  readonly here: Side;
  readonly there: Side;
  /** Of the admin API, at the target. */
  admin(method: string, path: string, json?: unknown): Promise<Answer>;
}

/** A provider's record that can be read. */
export interface Readable {
  readonly provider: string;
  /** What users are compared by: the id on one side. Without it, both sides have the same ids. */
  idHere?(id: string): string;
  /** With the token of the app `writer`. */
  graph(method: string, path: string, json?: unknown): Promise<Answer>;
}

export interface Side extends Readable {
  readonly server: TestServer;
  readonly control: Control;
}

export interface PairOptions extends SeedOptions {
  readonly here?: Readonly<Record<string, unknown>>;
  readonly there?: Readonly<Record<string, unknown>>;
  /** Of the target. */
  readonly target?: Readonly<Record<string, unknown>>;
}

export async function startPair(options: PairOptions = {}): Promise<Pair> {
  await using opening = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'vivarium-outward-'));
  opening.defer(() => rmSync(folder, { recursive: true, force: true }));
  const seeds = seedsOfBoth(options);
  const { hasOwnIds = false } = options;
  const ids = new Map(hasOwnIds ? listIds(seeds.here).map((id) => [idThere(id), id]) : []);
  const there = opening.use(await startTestServer({ ...options.there }, undefined, { seed: seeds.there }));
  const syncTargets = [targetOf(folder, there, options.target)];
  const here = opening.use(await startTestServer({ syncTargets, ...options.here }, undefined, { seed: seeds.here }));
  const open = opening.move();
  return {
    syncTargets,
    here: sideOf(here, PROVIDER_HERE),
    there: { ...sideOf(there, PROVIDER_THERE), idHere: (id) => ids.get(id) ?? id },
    admin: (method, path, json) =>
      here.call({
        method,
        path: `/_admin/sync/targets/${TARGET}${path}`,
        token: here.app.admin?.token,
        ...(json !== undefined && { json }),
      }),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

function listIds({ tenants }: Seed): readonly string[] {
  return tenants.flatMap(({ users }) => Object.values(users).map(({ id }) => id));
}

/** The entry of `syncTargets` that leads to the server. */
export function targetOf(
  folder: string,
  there: { readonly origin: string; readonly ca: string },
  members: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const caFile = join(folder, 'ca.pem');
  const clientSecretFile = join(folder, 'secret');
  writeFileSync(caFile, there.ca);
  writeFileSync(clientSecretFile, `${SECRET_THERE}\n`, { mode: 0o600 });
  return {
    name: TARGET,
    tenant: 'contoso.onmicrosoft.com',
    provider: PROVIDER_HERE,
    remoteTenant: TENANT_THERE,
    remoteProvider: PROVIDER_THERE,
    clientId: CLIENT_THERE,
    clientSecretFile,
    graphUrl: there.origin,
    authority: there.origin,
    caFile,
    requestsPerMinute: 120_000,
    ...members,
  };
}

export function sideOf(server: TestServer, provider: string): Side {
  const control = openControl(server);
  return {
    server,
    provider,
    control,
    graph: async (method, path, json) => {
      for (;;) {
        const token = await server.app.mintToken({ app: 'writer' });
        const call = { method, path: `/v1.0${path}`, token, ...(json !== undefined && { json }) };
        const answer = await server.call(call);
        // On a busy machine, a token of one second may have ended on the way.
        if (answer.status !== 401) return answer;
      }
    },
  };
}

/** Asks until the answer is as it is to be. */
export async function until<Value>(
  ask: () => Promise<Value>,
  isThere: (value: Value) => boolean,
  withinMs = 10_000,
): Promise<Value> {
  const end = Date.now() + withinMs;
  for (;;) {
    const value = await ask();
    if (isThere(value)) return value;
    if (Date.now() > end) throw new Error(`It did not come: ${JSON.stringify(value).slice(0, 2000)}`);
    await pause(50);
  }
}

/** Until both sides have the same. */
export async function untilEqual(pair: Pair, withinMs?: number): Promise<void> {
  await until(
    async () => ({ differing: differing(await readRecord(pair.here), await readRecord(pair.there)) }),
    ({ differing: { length } }) => length === 0,
    withinMs,
  ).catch(async (cause: unknown) => {
    throw new Error(`${String(cause)}\n${JSON.stringify(await describePair(pair), undefined, 1)}`);
  });
}

function differing(one: readonly string[], other: readonly string[]): readonly string[] {
  const [here, there] = [new Set(one), new Set(other)];
  return [
    ...one.filter((item) => !there.has(item)).map((item) => `here ${item}`),
    ...other.filter((item) => !here.has(item)).map((item) => `there ${item}`),
  ];
}

export async function readStatus({ here: { server } }: Pair): Promise<Readonly<Record<string, unknown>>> {
  const { body } = await server.call({ path: '/_admin/sync/targets', token: server.app.admin?.token });
  return (body as { readonly value: readonly [Readonly<Record<string, unknown>>] }).value[0];
}

async function describePair(pair: Pair) {
  const list = async (state: string) => (await pair.admin('GET', `/items?limit=5&state=${state}`)).body as unknown;
  return { status: await readStatus(pair), waiting: await list('waiting'), dead: await list('dead') };
}

/** All items of one list, without what differs between the sides on purpose. */
export async function readAll(
  { graph }: Readable,
  path: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const items: Record<string, unknown>[] = [];
  for (let next: string | undefined = path; next !== undefined;) {
    const { status, body } = await graph('GET', next);
    if (status !== 200) throw new Error(`${next}: ${status} ${JSON.stringify(body)}`);
    items.push(...(body as { value: Record<string, unknown>[] }).value);
    const link = (body as Record<string, string>)['@odata.nextLink'];
    next = link?.slice(link.indexOf('/v1.0') + '/v1.0'.length);
  }
  return items;
}

/** What the provider has, by external ids in place of ids of a side. */
export async function readRecord(side: Readable): Promise<readonly string[]> {
  const base = `/employeeExperience/learningProviders/${side.provider}`;
  const contents = await readAll(side, `${base}/learningContents?$top=100`);
  const names = new Map(contents.map(({ id, externalId }) => [id, externalId]));
  const activities = await readAll(side, `${base}/learningCourseActivities?$top=100`);
  const shownContents = contents.map((content) => without(content, 'id'));
  const person = (value: unknown) => (typeof value === 'string' ? (side.idHere?.(value) ?? value) : value);
  const shownActivities = activities.map(({ id, learningContentId, learnerUserId, assignerUserId, ...activity }) => ({
    ...without(activity, 'learningProviderId'),
    learnerUserId: person(learnerUserId),
    assignerUserId: person(assignerUserId),
    // One without an external id goes with its id here.
    externalcourseActivityId: activity['externalcourseActivityId'] ?? String(id).split(':').at(-1),
    content: names.get(learningContentId),
  }));
  return [...shownContents, ...shownActivities].map((item) => JSON.stringify(item)).toSorted();
}

function without(item: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(item).filter(([key]) => key !== name));
}
