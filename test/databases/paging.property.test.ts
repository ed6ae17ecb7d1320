/** A walk through a list sees every item that is there all the while once, whatever is written between and beside it. */
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Answer } from '../support/server.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import { startTenantServer } from '../support/tenants.ts';
import type { OwnTenant, TenantServer } from '../support/tenants.ts';

const SEED = join(import.meta.dirname, '..', '..', 'seeds', 'default.yaml');
const RUNS = 30;
const BATCH_ITEMS = 20;

const PROVIDER = '01e8f81b-3060-4dec-acf0-0389665a0a38';
const LEARNERS = ['7ba2228a-e020-11ec-9d64-0242ac120002', 'cea1684d-57dc-438d-a9d1-e666ec1a7f3d'];
const ACTIVITIES = '/employeeExperience/learningCourseActivities';
const PROVIDER_ACTIVITIES = `/employeeExperience/learningProviders/${PROVIDER}/learningCourseActivities`;

const ANY_QUERY = ['', '&$count=true', "&$filter=status%20eq%20'inProgress'"];

/** Where to walk, and how: the learner sees the own ones, and only lists of one learner can be sorted. */
const LISTS = [
  { path: ACTIVITIES, caller: { app: 'writer' }, learners: LEARNERS, queries: ANY_QUERY },
  { path: PROVIDER_ACTIVITIES, caller: { app: 'writer' }, learners: LEARNERS, queries: ANY_QUERY },
  {
    path: `/me${ACTIVITIES}`,
    caller: { user: 'learner', scopes: ['LearningAssignedCourse.Read', 'LearningSelfInitiatedCourse.Read'] },
    learners: LEARNERS.slice(0, 1),
    queries: [
      ...ANY_QUERY,
      '&$orderby=externalcourseActivityId%20desc',
      "&$orderby=externalcourseActivityId&$filter=startswith(externalcourseActivityId,'item')",
    ],
  },
] as const;

const walks = fc.record({
  list: fc
    .constantFrom(...LISTS)
    .chain(({ queries, ...list }) => fc.constantFrom(...queries).map((query) => ({ ...list, query }))),
  top: fc.integer({ min: 1, max: 12 }),
  size: fc.integer({ min: 0, max: 60 }),
  /** What happens while each page is read: so many are added, and these of the first are removed. */
  steps: fc.array(fc.record({ added: fc.nat({ max: 3 }), removed: fc.array(fc.nat({ max: 60 }), { maxLength: 3 }) }), {
    maxLength: 12,
  }),
});

let server: TenantServer;

describe.each(STORE_DRIVERS)('a walk through a list on $name', (store) => {
  beforeAll(async () => {
    server = await startTenantServer({ seed: SEED, copies: RUNS + 1, store });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test('does not go from the list of one user into that of another', async () => {
    const tenant = server.takeTenant();
    await create(tenant, ['one', 'two', 'three', 'four'], LEARNERS);
    const scopes = ['LearningAssignedCourse.Read.All', 'LearningSelfInitiatedCourse.Read.All'];
    const headers = { authorization: await tenant.authorize({ user: 'learner', scopes }) };
    const [own, other] = LEARNERS.map((learner) => `/v1.0/users/${learner}${ACTIVITIES}`) as [string, string];
    const { body } = await server.call({ path: `${own}?$top=1`, headers });
    const query = String(body['@odata.nextLink']).split('?')[1];
    expect(await server.call({ path: `${own}?${query}`, headers })).toMatchObject({ status: 200 });
    expect(await server.call({ path: `${other}?${query}`, headers })).toMatchObject({ status: 400 });
  });

  test('sees every item that stays once, no item twice', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(walks, async ({ list, top, size, steps }) => {
        const tenant = server.takeTenant();
        const { path, query, caller, learners } = list;
        const names = Array.from({ length: size }, (_, index) => nameOf(index));
        const first = await create(tenant, names, learners);
        const leaving = new Set<string>();
        const perform = async (step: (typeof steps)[number], index: number): Promise<void> => {
          const ids = step.removed.map((number) => first[number]).filter((id) => id !== undefined && !leaving.has(id));
          for (const id of ids) leaving.add(id as string);
          const added = Array.from({ length: step.added }, (_, number) => nameOf(1000 + index * 10 + number));
          await Promise.all([create(tenant, added, learners), ...[...new Set(ids)].map((id) => remove(tenant, id))]);
        };
        const authorization = await tenant.authorize(caller);
        const seen: string[] = [];
        let next: string | undefined = `/v1.0${path}?$top=${top}${query}`;
        for (let index = 0; next !== undefined; index += 1) {
          const step = steps[index];
          const [answer] = await Promise.all([
            server.call({ path: next, headers: { authorization } }),
            step === undefined ? undefined : perform(step, index),
          ]);
          const ids = readPage(answer, top);
          const link = answer.body['@odata.nextLink'] as string | undefined;
          // The last page may be empty: what its link promised can be deleted before it is followed.
          if (link !== undefined) expect(ids.length).toBeGreaterThan(0);
          seen.push(...ids);
          next = link?.slice(server.origin.length);
        }
        const stayed = first.filter((id) => !leaving.has(id));
        expect(seen.toSorted()).toEqual([...new Set(seen)].toSorted());
        expect(stayed.filter((id) => !seen.includes(id))).toEqual([]);
      }),
      // Each run takes a tenant, and there are not enough of them to shrink.
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});

/** Neither in the order of creation nor in that of the ids. */
function nameOf(index: number): string {
  return `item ${(index * 7919) % 1009} of ${index}`;
}

function readPage({ status, body }: Answer, top: number): readonly string[] {
  expect({ status, body }).toMatchObject({ status: 200, body: { value: expect.any(Array) as unknown } });
  const ids = (body.value as readonly { id: string }[]).map(({ id }) => id);
  expect(ids.length).toBeLessThanOrEqual(top);
  return ids;
}

/** Creates one activity a name, in batches; gives their ids. */
async function create(
  tenant: OwnTenant,
  names: readonly string[],
  learners: readonly string[],
): Promise<readonly string[]> {
  const authorization = await tenant.authorize({ app: 'writer' });
  const ids: string[] = [];
  for (let start = 0; start < names.length; start += BATCH_ITEMS) {
    const requests = names.slice(start, start + BATCH_ITEMS).map((name, index) => ({
      id: String(index),
      method: 'POST',
      url: PROVIDER_ACTIVITIES,
      headers: { 'Content-Type': 'application/json' },
      body: {
        '@odata.type': '#microsoft.graph.learningAssignment',
        assignmentType: 'required',
        externalcourseActivityId: name,
        learnerUserId: learners[index % learners.length],
        learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
        status: 'inProgress',
      },
    }));
    const { body } = await server.call({
      method: 'POST',
      path: '/v1.0/$batch',
      json: { requests },
      headers: { authorization },
    });
    const responses = body.responses as readonly { status: number; body: { id: string } }[];
    expect(responses.map(({ status }) => status)).toEqual(requests.map(() => 201));
    ids.push(...responses.map((response) => response.body.id));
  }
  return ids;
}

async function remove(tenant: OwnTenant, id: string | undefined): Promise<void> {
  const authorization = await tenant.authorize({ app: 'writer' });
  const path = `/v1.0${PROVIDER_ACTIVITIES}/${id}`;
  expect(await server.call({ method: 'DELETE', path, headers: { authorization } })).toMatchObject({ status: 204 });
}
