/**
 * A real server that holds many copies of one tenant. A start takes its time, because of the keys, while a tenant is a few
 * rows: so a test that needs its data untouched by others takes a tenant of its own, not a server.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

import { openSigningKeys } from '../../src/auth/signing-keys.ts';
import { mintAccessToken } from '../../src/issuer/mint-token.ts';
import type { DirectoryUser, Tenant } from '../../src/model/directory.ts';
import type { Seed } from '../../src/seed/seed-schema.ts';
import { createDirectoryStore } from '../../src/store/directory-store.ts';
import type { DirectoryStore } from '../../src/store/directory-store.ts';
import { requestAppToken, startTestServer } from './server.ts';
import type { TestServer } from './server.ts';
import { SQLITE } from './store.ts';
import type { StoreDriver, TestDatabase } from './store.ts';

/** Who sends a request. An app or user is named as in the seed, in the test's own tenant unless one is named. */
export type Caller =
  | { readonly app: string; readonly tenant?: string }
  | { readonly user: string; readonly scopes: readonly string[] }
  /** An app that holds just these roles, whatever the seed says of it. */
  | { readonly roles: readonly string[] }
  /** The writing app, with a token that is not or no longer good. */
  | { readonly flaw: keyof typeof FLAWS }
  /** Sent as the whole Authorization header. */
  | { readonly authorization: string };

export interface OwnTenant {
  readonly id: string;
  /** The Authorization header of a caller. */
  authorize(caller: Caller): Promise<string>;
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
  const signer = await openSigner(database, server);
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

type TenantSeed = Seed['tenants'][number];

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
  const make = async (caller: Caller): Promise<string> => {
    if ('authorization' in caller) return caller.authorization;
    if ('flaw' in caller) return FLAWS[caller.flaw](signer, own.id);
    if ('roles' in caller) return `Bearer ${await signer.sign(own.id, { roles: caller.roles })}`;
    if ('user' in caller) return `Bearer ${await signer.sign(own.id, caller)}`;
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

type Holder = { readonly roles: readonly string[] } | { readonly user: string; readonly scopes: readonly string[] };

interface SignerOptions {
  readonly audience?: string;
  /** Epoch milliseconds; the present when not given. */
  readonly issuedAt?: number;
}

/** Signs with the server's own keys, as the command line does: also for users, who sign in where there is a person. */
interface Signer {
  sign(tenantId: string, holder: Holder, options?: SignerOptions): Promise<string>;
}

const WRITER: Holder = {
  roles: ['LearningAssignedCourse.ReadWrite.All', 'LearningSelfInitiatedCourse.ReadWrite.All'],
};

/** Authorization headers that are refused, each for a reason of its own. */
const FLAWS = {
  expired: async (signer: Signer, tenantId: string) => `Bearer ${await signer.sign(tenantId, WRITER, { issuedAt: 0 })}`,
  otherAudience: async (signer: Signer, tenantId: string) =>
    `Bearer ${await signer.sign(tenantId, WRITER, { audience: 'https://other.example' })}`,
  otherSignature: async (signer: Signer, tenantId: string) => {
    const [head = '', claims = ''] = (await signer.sign(tenantId, WRITER)).split('.');
    return `Bearer ${head}.${claims}.${Buffer.alloc(256, 1).toString('base64url')}`;
  },
} as const;

async function openSigner(database: TestDatabase, server: TestServer): Promise<Signer> {
  const directory = createDirectoryStore(database.connect());
  const keys = await openSigningKeys(await directory.listSigningKeys());
  return {
    sign: async (tenantId, holder, { audience = 'https://graph.microsoft.com', issuedAt = Date.now() } = {}) => {
      const tenant = (await directory.findTenant(tenantId)) as Tenant;
      const mint = { keys, clock: { now: () => issuedAt }, newId: () => tenantId, lifetimeSeconds: 3600 };
      const order = { tenant, audience, origin: server.origin, version: '2.0' } as const;
      const [app] = await directory.listApps(tenant);
      if (app === undefined) throw new Error('The seed has no app');
      const { text } =
        'roles' in holder
          ? await mintAccessToken(mint, { ...order, app: { ...app, appRoles: holder.roles } })
          : await mintAccessToken(mint, {
              ...order,
              app: { ...app, delegatedScopes: holder.scopes },
              user: await getUser(directory, tenant, holder.user),
            });
      return text;
    },
  };
}

async function getUser(directory: DirectoryStore, tenant: Tenant, name: string): Promise<DirectoryUser> {
  const user = (await directory.listUsers(tenant)).find((one) => one.name === name);
  if (user === undefined) throw new Error(`No user ${name} in the seed`);
  return user;
}
