/** The engine on a real database without sockets around it; callers are as the authenticator would make them. */
import { randomUUID } from 'node:crypto';

import type { Principal } from '../../src/auth/principal.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { getGuid } from '../../src/lib/ids.ts';
import type { ActivityGuid, AppId, UserId } from '../../src/lib/ids.ts';
import { DEFAULT_BEHAVIOUR } from '../../src/model/behaviour.ts';
import type { Tenant } from '../../src/model/directory.ts';
import { BETA, V1 } from '../../src/model/versions.ts';
import type { ApiVersion } from '../../src/model/versions.ts';
import { createProtocol } from '../../src/odata/protocol.ts';
import { RequestContext } from '../../src/graph/context.ts';
import type { Services } from '../../src/graph/context.ts';
import { runPipeline } from '../../src/graph/pipeline.ts';
import { applySeed } from '../../src/seed/apply-seed.ts';
import { readSeed } from '../../src/seed/read-seed.ts';
import { createCredentialsStore } from '../../src/store/credentials-store.ts';
import type { SqlConnection } from '../../src/store/connection.ts';
import { createDirectoryStore } from '../../src/store/directory-store.ts';
import { createDirectoryWrites } from '../../src/store/directory-writes.ts';
import { createImportWrites } from '../../src/store/import-writes.ts';
import { createLearningStore } from '../../src/store/learning-store.ts';
import { createTenantStore } from '../../src/store/tenant-store.ts';
import type { CallerName, Real, Sent } from './learning-commands.ts';
import { ROLES, SEED, USERS } from './learning-world.ts';
import type { StoreDriver } from './store.ts';
import { copyTenant } from './tenants.ts';

const ORIGIN = 'https://learning.example';
const TENANTS = 100;

/** Engines that each work in a tenant of their own: a tenant is made faster than a database. */
export class SeededEngines implements AsyncDisposable {
  readonly #store: StoreDriver;
  readonly #open = new AsyncDisposableStack();
  readonly #free: Real[] = [];

  constructor(store: StoreDriver) {
    this.#store = store;
  }

  async take(): Promise<Real> {
    if (this.#free.length === 0) this.#free.push(...(await this.#fillDatabase()));
    return this.#free.pop() as Real;
  }

  async #fillDatabase(): Promise<readonly Real[]> {
    const connection = await this.#open.use(this.#store.create()).open();
    await seedTenants(connection);
    const services = createServices(connection);
    const tenants = await createDirectoryStore(connection).listTenants();
    return tenants.map((tenant) => ({ origin: ORIGIN, send: (sent) => send(services, tenant, sent) }));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#open.disposeAsync();
  }
}

async function seedTenants(connection: SqlConnection): Promise<void> {
  const { dialect } = connection;
  const [first] = readSeed(SEED).tenants;
  if (first === undefined) throw new Error(`${SEED} has no tenant`);
  await applySeed({ tenants: copyTenant(first, TENANTS) }, SEED, {
    connection,
    directory: createDirectoryWrites(dialect),
    learning: createImportWrites(dialect),
    protocol: createProtocol(V1, DEFAULT_BEHAVIOUR),
    storeCredentials: createCredentialsStore(connection).keep,
  });
}

/** The tests' own callers: each is named by its request. */
function createServices(connection: SqlConnection): Omit<Services, 'authenticator'> {
  let activities = 0;
  const store = createLearningStore(connection);
  const { users, apps, scimCredentials, wait, run } = store;
  const people = { users, apps, scimCredentials, wait, run, tenants: createTenantStore(connection) };
  return {
    store,
    feed: undefined,
    notifying: undefined,
    directory: {
      ...{ ...people, clock: systemClock, newId: () => randomUUID() },
      forgetCallers: () => undefined,
      forgetTenants: () => undefined,
      findOpenLicence: () => undefined,
    },
    behaviour: DEFAULT_BEHAVIOUR,
    newId: randomUUID,
    newActivityGuid: () => {
      activities += 1;
      return getGuid<ActivityGuid>(`ffffffff-0000-7000-8000-${String(activities).padStart(12, '0')}`);
    },
    protocols: { [V1]: createProtocol(V1, DEFAULT_BEHAVIOUR), [BETA]: createProtocol(BETA, DEFAULT_BEHAVIOUR) },
    documents: undefined,
    admit: () => undefined,
    errorStyle: { clock: systemClock, forbiddenCode: 'Forbidden' },
    interceptor: undefined,
  };
}

async function send(
  services: Omit<Services, 'authenticator'>,
  tenant: Tenant,
  { caller, method, path, headers, json }: Sent,
) {
  const [whole = '', queryText = ''] = path.split('?');
  const [, version = '', ...rest] = whole.split('/');
  const authenticator = { authenticate: () => ({ principal: principalOf(caller, tenant), tenant }) };
  const context = new RequestContext(
    { ...services, authenticator },
    {
      requestId: randomUUID(),
      clientRequestId: randomUUID(),
      version: version as ApiVersion,
      method,
      path: `/${rest.join('/')}`,
      queryText,
      headers: { ...headers, ...(json !== undefined && { 'content-type': 'application/json' }) },
      ...(json !== undefined && { body: Buffer.from(JSON.stringify(json)) }),
      origin: ORIGIN,
    },
  );
  const response = await runPipeline(context);
  const body: unknown = response.body === undefined ? undefined : JSON.parse(JSON.stringify(response.body));
  return { status: response.status, headers: response.headers, body };
}

function principalOf(name: CallerName, tenant: Tenant): Principal {
  const appId = getGuid<AppId>('6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a11');
  const common = { tenantId: tenant.id, appId, permissions: new Set(ROLES[name]) };
  const user = USERS[name];
  return user === undefined
    ? { kind: 'application', ...common }
    : { kind: 'delegated', ...common, userId: getGuid<UserId>(user) };
}
