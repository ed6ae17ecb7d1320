/**
 * A real server that holds many copies of one tenant. A start takes its time, because of the keys, while a tenant is a few
 * rows: so a test that needs its data untouched by others takes a tenant of its own, not a server.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

import { createSigner } from '../../src/app/commands/open-signer.ts';
import type { Signer } from '../../src/app/commands/open-signer.ts';
import type { RuleCaller } from '../../src/conformance/callers.ts';
import { createSignedTokens } from '../../src/conformance/signed-tokens.ts';
import type { Seed, TenantSeed } from '../../src/seed/seed-schema.ts';
import { createDirectoryStore } from '../../src/store/directory-store.ts';
import { requestAppToken, startTestServer } from './server.ts';
import type { TestServer } from './server.ts';
import { SQLITE } from './store.ts';
import type { StoreDriver, TestDatabase } from './store.ts';

export interface OwnTenant {
  readonly id: string;
  /** The Authorization header of a caller. */
  authorize(caller: RuleCaller): Promise<string>;
}

export interface TenantServer extends TestServer {
  readonly database: TestDatabase;
  /** A tenant that no other test has. */
  takeTenant(): OwnTenant;
}

export interface TenantServerOptions {
  /** A seed file; its first tenant is the one that is copied, the others stand beside the copies. */
  readonly seed: string;
  readonly copies: number;
  /** Where its data is: in SQLite when not given. */
  readonly store?: StoreDriver | undefined;
  readonly settings?: Readonly<Record<string, unknown>>;
}

export async function startTenantServer(options: TenantServerOptions): Promise<TenantServer> {
  const { seed, copies, store = SQLITE, settings } = options;
  await using opening = new AsyncDisposableStack();
  const { tenants } = parse(readFileSync(seed, 'utf8'), { schema: 'core' }) as Seed;
  const [first, ...others] = tenants;
  if (first === undefined) throw new Error(`${seed} has no tenant`);
  const copied = copyTenant(first, copies);
  const database = opening.use(store.create());
  const place = await database.serverSettings();
  const server = opening.use(
    await startTestServer({ ...place, ...settings }, undefined, { seed: { tenants: [...copied, ...others] } }),
  );
  const directory = createDirectoryStore(database.connect());
  const signer = await createSigner(directory, server.origin, 'https://graph.microsoft.com');
  const free = copied.values();
  const open = opening.move();
  return {
    ...server,
    database,
    takeTenant: () => {
      const { done, value: tenant } = free.next();
      if (done === true) throw new Error('All tenants are taken.');
      return ownTenant({ server, signer, tenants: [tenant, ...others] });
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** Tenants that differ in their names only, and have all secrets that they need. */
export function copyTenant(tenant: TenantSeed, copies: number): TenantSeed[] {
  const apps = withSecrets(tenant.apps);
  return Array.from({ length: copies }, (_, index) => {
    const number = String(index + 1).padStart(4, '0');
    return {
      ...tenant,
      apps,
      id: tenant.id.slice(0, -number.length) + number,
      displayName: `${tenant.displayName} ${number}`,
      domainName: `t${number}.${tenant.domainName}`,
    };
  });
}

/** A server makes up secrets for its first tenant only. */
function withSecrets(apps: TenantSeed['apps']): TenantSeed['apps'] {
  const entries = Object.entries(apps).map(([name, app]) => {
    const isComplete = app.isPublicClient === true || app.clientSecret !== undefined;
    return [name, isComplete ? app : { ...app, clientSecret: 'made up for tests' }];
  });
  return Object.fromEntries(entries) as TenantSeed['apps'];
}

interface OwnTenantParts {
  readonly server: TestServer;
  readonly signer: Signer;
  /** The own one first. */
  readonly tenants: readonly TenantSeed[];
}

function ownTenant({ server, signer, tenants }: OwnTenantParts): OwnTenant {
  const known = new Map<string, Promise<string>>();
  const own = tenants[0] as TenantSeed;
  const signed = createSignedTokens(signer, own.id);
  const make = async (caller: RuleCaller): Promise<string> => {
    if (!('app' in caller)) return (await signed.find({ caller, isExact: true })) ?? '';
    const tenant = tenants.find(({ displayName }) => displayName === caller.tenant) ?? own;
    const app = tenant.apps[caller.app];
    if (app?.clientSecret === undefined) throw new Error(`No app ${caller.app} with a secret in the seed`);
    const secret = { clientId: app.id, clientSecret: app.clientSecret };
    return `Bearer ${await requestAppToken(server.call, tenant.id, secret)}`;
  };
  return {
    id: own.id,
    authorize: (caller) => {
      const name = JSON.stringify(caller);
      const header = known.get(name) ?? make(caller);
      known.set(name, header);
      return header;
    },
  };
}
