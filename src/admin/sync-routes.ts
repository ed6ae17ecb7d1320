/** The admin API's path of how well providers keep their records here. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { ControlError, controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import { formatUtcMilliseconds, formatUtcSeconds } from '../lib/utc-text.ts';
import type { Tenant } from '../model/directory.ts';
import { readOverview } from '../store/overview-store.ts';
import { createSyncStore, HOUR_MS } from '../store/sync-store.ts';
import type { SyncedContent, SyncedProvider, SyncStore } from '../store/sync-store.ts';
import { ACCEPTED } from '../sync/sync-counter.ts';
import type { AdminContext } from './context.ts';
import { createDueCheck } from './due-check.ts';
import { getNamedTenant } from './find-tenant.ts';

const closed = { additionalProperties: false } as const;
const COUNT = Type.Integer({ minimum: 0 });
const TIME = Type.String({ format: 'date-time' });
const SHOWN_HOURS = 24;
const SHOWN_ITEMS = 100;

const HEALTH = Type.Object(
  {
    id: Type.String({ description: 'The registrationId.' }),
    displayName: Type.String(),
    isEnabled: Type.Boolean({ description: 'Whether its activities can be written.' }),
    lastWriteAt: Type.Union([TIME, Type.Null()], { description: 'The last write that was accepted.' }),
    accepted: Type.Integer({ description: 'Writes of contents and activities, of all time.' }),
    refused: COUNT,
    refusals: Type.Array(Type.Object({ error: Type.String(), count: COUNT, lastAt: TIME }, closed), {
      description: 'By error, the most frequent first.',
    }),
    byHour: Type.Array(Type.Object({ hour: TIME, accepted: COUNT, refused: COUNT }, closed), {
      description: 'The last 24 hours, the current one last.',
    }),
    unmappedLearners: Type.Object(
      {
        count: Type.Integer({ description: 'Of the last 7 days; at most 1000 are kept.' }),
        value: Type.Array(Type.Object({ id: Type.String(), requests: COUNT, lastAt: TIME }, closed)),
      },
      { ...closed, description: 'Learners that it names and that no user is; the latest 100.' },
    ),
    contentsWithoutActivity: Type.Object(
      {
        count: COUNT,
        value: Type.Array(Type.Object({ id: Type.String(), externalId: Type.String(), title: Type.String() }, closed)),
      },
      { ...closed, description: 'Contents that no activity is about; the first 100.' },
    ),
    overdueActivities: Type.Integer({ description: 'Activities that are not completed, and due before now.' }),
  },
  { ...closed, description: 'How well a provider keeps its record here.' },
);

type ProviderHealth = Static<typeof HEALTH>;

export function syncRoutes(context: AdminContext): readonly ControlRoute[] {
  return [
    controlRoute({
      id: 'listSyncHealth',
      method: 'GET',
      path: '/sync',
      summary: 'Shows how well the providers of a tenant keep their records here.',
      query: Type.Object(
        {
          tenant: Type.String({ minLength: 1, description: 'Id or domain name.' }),
          provider: Type.Optional(
            Type.String({ format: 'uuid', description: 'Only this one, by its registrationId.' }),
          ),
        },
        closed,
      ),
      answer: {
        status: 200,
        description: 'The health of each provider.',
        schema: Type.Object({ value: Type.Array(HEALTH) }, closed),
      },
      run: async ({ query }) => ({ body: { value: await listHealth(context, query) } }),
    }),
  ];
}

interface Query {
  readonly tenant: string;
  readonly provider?: string | undefined;
}

async function listHealth(
  context: AdminContext,
  { tenant: name, provider }: Query,
): Promise<readonly ProviderHealth[]> {
  const { connection, directory, server, clock } = context;
  const tenant = await getNamedTenant(directory, name);
  await server?.flushSyncCounts();
  const store = createSyncStore(connection);
  const all = await store.listProviders(tenant);
  const chosen = provider === undefined ? all : all.filter((one) => one.registrationId === provider.toLowerCase());
  if (provider !== undefined && chosen.length === 0)
    throw new ControlError(404, `The tenant has no provider ${provider}.`);
  const health: ProviderHealth[] = [];
  for (const one of chosen)
    health.push(await describeHealth(context, store, { tenant, provider: one, now: clock.now() }));
  return health;
}

interface Subject {
  readonly tenant: Tenant;
  readonly provider: SyncedProvider;
  readonly now: number;
}

async function describeHealth(context: AdminContext, store: SyncStore, subject: Subject): Promise<ProviderHealth> {
  const { tenant, provider, now } = subject;
  const { registrationId: id, displayName, isEnabled } = provider;
  const key = { tenantId: tenant.id, registrationId: id };
  const totals = await store.listTotals(key);
  const accepted = totals.find(({ outcome }) => outcome === ACCEPTED);
  const refusals = totals
    .filter(({ outcome }) => outcome !== ACCEPTED)
    .map(({ outcome, requests, lastAt }) => ({
      error: outcome,
      count: requests,
      lastAt: formatUtcMilliseconds(lastAt),
    }))
    .toSorted((one, other) => other.count - one.count);
  const learners = await store.listUnmapped(key);
  return {
    id,
    displayName,
    isEnabled,
    lastWriteAt: accepted === undefined ? null : formatUtcMilliseconds(accepted.lastAt),
    accepted: accepted?.requests ?? 0,
    refused: refusals.reduce((total, { count }) => total + count, 0),
    refusals,
    byHour: await listHours(store, key, now),
    unmappedLearners: {
      count: learners.length,
      value: learners.slice(0, SHOWN_ITEMS).map(({ learnerUserId, requests, lastAt }) => ({
        id: learnerUserId,
        requests,
        lastAt: formatUtcMilliseconds(lastAt),
      })),
    },
    ...(await describeRecord(context, store, subject)),
  };
}

async function listHours(
  store: SyncStore,
  key: Parameters<SyncStore['listHours']>[0],
  now: number,
): Promise<ProviderHealth['byHour']> {
  const current = Math.floor(now / HOUR_MS);
  const first = current - SHOWN_HOURS + 1;
  const counted = await store.listHours(key, first);
  return Array.from({ length: SHOWN_HOURS }, (_, index) => {
    const ofHour = counted.filter(({ hour }) => hour === first + index);
    const sum = (isAccepted: boolean): number =>
      ofHour
        .filter(({ outcome }) => (outcome === ACCEPTED) === isAccepted)
        .reduce((total, { requests }) => total + requests, 0);
    return { hour: formatUtcSeconds((first + index) * HOUR_MS), accepted: sum(true), refused: sum(false) };
  });
}

/** What the record itself shows. */
async function describeRecord(
  { connection }: AdminContext,
  store: SyncStore,
  { tenant, provider: { registrationId }, now }: Subject,
): Promise<Pick<ProviderHealth, 'contentsWithoutActivity' | 'overdueActivities'>> {
  const isDue = createDueCheck(now);
  const used = new Set<string>();
  let overdueActivities = 0;
  for await (const part of readOverview(connection, { tenant, registrationId, since: formatUtcMilliseconds(now) })) {
    for (const { learningContentId } of part.groups) used.add(learningContentId);
    for (const group of part.due) if (isDue(group) === 'overdue') overdueActivities += group.count;
    await nextTurn();
  }
  const value: SyncedContent[] = [];
  let count = 0;
  for (let after: string | undefined; ;) {
    const page = await store.listContents({ tenant, registrationId, after });
    const unused = page.filter(({ id }) => !used.has(id));
    count += unused.length;
    value.push(...unused.slice(0, SHOWN_ITEMS - value.length));
    after = page.at(-1)?.id;
    if (after === undefined) return { contentsWithoutActivity: { count, value }, overdueActivities };
  }
}
