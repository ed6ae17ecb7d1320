/** Any sequence of requests is answered as a small model in memory answers it: by the engine itself, and over HTTP. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, test } from 'vitest';

import type { Caller } from '../src/auth/authenticate.ts';
import type { Principal } from '../src/auth/principal.ts';
import { systemClock } from '../src/base/clock.ts';
import { getGuid } from '../src/base/ids.ts';
import type { ActivityGuid, AppId, UserId } from '../src/base/ids.ts';
import { DEFAULT_BEHAVIOUR } from '../src/model/behaviour.ts';
import type { Tenant } from '../src/model/directory.ts';
import { V1 } from '../src/model/versions.ts';
import type { ApiVersion } from '../src/model/versions.ts';
import { createProtocol } from '../src/odata/protocol.ts';
import { createEngine } from '../src/operations/run-operation.ts';
import { applySeed } from '../src/sandbox/apply-seed.ts';
import { readSeed } from '../src/sandbox/read-seed.ts';
import { createDirectoryStore } from '../src/store/directory-store.ts';
import { createDirectoryWrites } from '../src/store/directory-writes.ts';
import { createImportWrites } from '../src/store/import-writes.ts';
import { createLearningStore } from '../src/store/learning-store.ts';
import { openStore } from '../src/store/open-store.ts';
import { activityCommands, LEARNER } from './support/learning-commands.ts';
import type { CallerName, Command, Real, Sent } from './support/learning-commands.ts';
import type { World } from './support/learning-model.ts';
import { otherCommands } from './support/learning-more-commands.ts';
import { MAX_COPIES, startTenantServer } from './support/tenants.ts';

const SEED = join(import.meta.dirname, '..', 'seeds', 'default.yaml');
const ORIGIN = 'https://learning.example';
const seed = readSeed(SEED);
const protocol = createProtocol(V1, DEFAULT_BEHAVIOUR);

const PROVIDER = '01e8f81b-3060-4dec-acf0-0389665a0a38';
const OTHER = '4b7c1d9e-6f20-4a83-b1c5-9e0d2a3f4c56';
const CLOSED = '13727311-e7bb-470d-8b20-6a23d9030d70';
const ASSIGNER = 'cea1684d-57dc-438d-a9d1-e666ec1a7f3d';
const UNLICENSED = '3c1f0a52-e020-11ec-9d64-0242ac120002';
const ADMIN = '0b7d8a54-1f3e-4c7a-8f53-6a2d0c9e4b71';

/** What the seed holds, as far as the commands touch it. */
function seededWorld(): World {
  const noValues = { additionalTags: [], contributors: [], skillTags: [], thumbnailWebUrl: null, numberOfPages: null };
  const seeded = {
    id: '8ba2228a-e020-11ec-9d64-0242ac120003',
    type: 'learningAssignment',
    provider: PROVIDER,
    learner: LEARNER,
    content: '57baf9dc-e020-11ec-9d64-0242ac120002',
    version: 1,
    claims: false,
    values: {
      externalcourseActivityId: null,
      status: 'notStarted',
      completedDateTime: null,
      completionPercentage: null,
      assignedDateTime: '2021-05-11T22:57:17+00:00',
      assignerUserId: ASSIGNER,
      assignmentType: 'required',
      dueDateTime: null,
      notes: null,
    },
  } as const;
  const contents = [
    {
      id: seeded.content,
      provider: PROVIDER,
      externalId: 'LP4471',
      version: 1,
      values: {
        ...noValues,
        title: 'Manage classes, resources, assessment, and planning',
        languageTag: 'en-us',
        level: 'beginner',
        contentWebUrl: 'https://fabrikam.example/courses/LP4471',
        format: 'Course',
        duration: 'PT20M',
        description: 'A course about running a class.',
        sourceName: 'Fabrikam Learning',
        additionalTags: ['planning', 'assessment'],
        contributors: ['Fabrikam Learning'],
        skillTags: ['teaching'],
        isActive: true,
        isPremium: false,
        isSearchable: true,
        createdDateTime: '2018-01-01T00:00:00Z',
        lastModifiedDateTime: '2021-04-01T04:26:06.1995367Z',
      },
    },
    {
      id: '9c0e7b36-e020-11ec-9d64-0242ac120002',
      provider: OTHER,
      externalId: 'NW-100',
      version: 1,
      values: {},
    },
  ];
  return {
    providers: new Map([
      [PROVIDER, true],
      [OTHER, true],
      [CLOSED, false],
    ]),
    learners: new Set([LEARNER, ASSIGNER, UNLICENSED, ADMIN]),
    licensed: new Set([LEARNER, ASSIGNER, ADMIN]),
    contents: new Map(contents.map((content) => [content.id, content])),
    activities: new Map([[seeded.id, seeded]]),
  };
}

const COURSES = ['LearningAssignedCourse', 'LearningSelfInitiatedCourse'];
const ROLES: Readonly<Record<CallerName, readonly string[]>> = {
  writer: ['LearningContent.ReadWrite.All', ...COURSES.map((name) => `${name}.ReadWrite.All`)],
  assigner: ['LearningAssignedCourse.ReadWrite.All'],
  none: [],
  learner: COURSES.map((name) => `${name}.Read`),
  admin: ['LearningProvider.ReadWrite'],
};
const USERS: Partial<Record<CallerName, string>> = { learner: LEARNER, admin: ADMIN };

const commands = fc.commands([...weighted(activityCommands), ...weighted(otherCommands)], {
  maxCommands: 60,
  size: 'max',
});

/** A list in which each stands as often as it weighs. */
function weighted(all: typeof activityCommands): fc.Arbitrary<Command>[] {
  return all.flatMap(({ weight, arbitrary }) => Array.from({ length: weight }, () => arbitrary));
}

describe('a model in memory agrees', () => {
  test('with the engine', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (sequence) => {
        await using engine = await openSeededEngine();
        await fc.asyncModelRun(() => ({ model: seededWorld(), real: engine }), sequence);
      }),
      { numRuns: 150 },
    );
  });

  test('with the server over HTTP', { timeout: 120_000 }, async () => {
    await using server = await startTenantServer({ seed: SEED, copies: MAX_COPIES });
    await fc.assert(
      fc.asyncProperty(commands, async (sequence) => {
        const tenant = server.takeTenant();
        const send = async ({ caller, method, path, headers, json }: Sent) => {
          const user = USERS[caller] === undefined ? undefined : caller;
          const holder = user === undefined ? { app: caller } : { user, scopes: ROLES[caller] };
          const authorization = await tenant.authorize(holder);
          const reply = await server.call({ method, path, json, headers: { ...headers, authorization } });
          return { ...reply, body: reply.text === '' ? undefined : reply.body };
        };
        await fc.asyncModelRun(() => ({ model: seededWorld(), real: { origin: server.origin, send } }), sequence);
      }),
      // Each run takes a tenant, and there are not enough of them to shrink.
      { numRuns: 10, endOnFailure: true },
    );
  });
});

/** The engine on a database of its own, with callers as the authenticator would make them. */
async function openSeededEngine(): Promise<Real & AsyncDisposable> {
  const limits = { maxQueued: 100, maxWaitMs: 1000, slowStatementMs: 60_000, onSlowStatement: () => {} };
  const connection = await openStore({ path: ':memory:', ...limits });
  const { dialect } = connection;
  await applySeed(seed, SEED, {
    connection,
    directory: createDirectoryWrites(dialect),
    learning: createImportWrites(dialect),
    protocol,
    keepCard: () => {},
  });
  const [tenant] = await createDirectoryStore(connection).listTenants();
  let activities = 0;
  const engine = createEngine({
    parts: {
      store: createLearningStore(connection),
      behaviour: DEFAULT_BEHAVIOUR,
      newId: randomUUID,
      newActivityGuid: () => {
        activities += 1;
        return getGuid<ActivityGuid>(`ffffffff-0000-7000-8000-${String(activities).padStart(12, '0')}`);
      },
    },
    style: { clock: systemClock, forbiddenCode: 'Forbidden' },
    admitItem: async () => {},
  });
  return {
    origin: ORIGIN,
    send: async ({ caller, method, path, headers, json }) => {
      const [whole = '', query = ''] = path.split('?');
      const [, version = '', ...rest] = whole.split('/');
      const request = {
        requestId: randomUUID(),
        clientRequestId: randomUUID(),
        version: version as ApiVersion,
        method,
        path: `/${rest.join('/')}`,
        query,
        headers: { ...headers, ...(json !== undefined && { 'content-type': 'application/json' }) },
        body: json === undefined ? undefined : Buffer.from(JSON.stringify(json)),
        origin: ORIGIN,
      };
      const response = await engine.run(request, callerOf(caller, tenant as Tenant));
      const body: unknown = response.body === undefined ? undefined : JSON.parse(JSON.stringify(response.body));
      return { status: response.status, headers: response.headers, body };
    },
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

function callerOf(name: CallerName, tenant: Tenant): Caller {
  const appId = getGuid<AppId>('6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a11');
  const common = { tenantId: tenant.id, appId, permissions: new Set(ROLES[name]) };
  const user = USERS[name];
  const principal: Principal =
    user === undefined
      ? { kind: 'application', ...common }
      : { kind: 'delegated', ...common, userId: getGuid<UserId>(user) };
  return { principal, tenant };
}
