/** Signs tokens for callers that a directory has none like, with the keys of a server: for checks of what it refuses. */
import { openSigningKeys } from '../../auth/signing-keys.ts';
import type { SigningKeys } from '../../auth/signing-keys.ts';
import type { Settings } from '../../config/settings.ts';
import { systemClock } from '../../lib/clock.ts';
import { mintAccessToken } from '../../issuer/mint-token.ts';
import type { AppRegistration, DirectoryUser, Tenant } from '../../model/directory.ts';
import { createDirectoryStore } from '../../store/directory-store.ts';
import type { DirectoryStore } from '../../store/directory-store.ts';
import { openExisting } from '../open-existing.ts';

/** An app with these roles, or a user, by name, through an app with these scopes. */
export type SignedHolder =
  { readonly roles: readonly string[] } | { readonly user: string; readonly scopes: readonly string[] };

export interface SignOptions {
  /** The first one of Microsoft Graph when not given. */
  readonly audience?: string;
  /** Epoch milliseconds; the present when not given. */
  readonly issuedAt?: number;
}

export interface Signer {
  /** @throws Error when there is no such tenant, app or user */
  sign(tenantId: string, holder: SignedHolder, options?: SignOptions): Promise<string>;
}

const LIFETIME_SECONDS = 3600;

/** @param audience of tokens that name no other; the directory stays open as long as tokens are signed */
export async function createSigner(directory: DirectoryStore, origin: string, audience: string): Promise<Signer> {
  const keys = await openSigningKeys(await directory.listSigningKeys());
  return signWith({ keys, origin, audience }, (tenantId) => readTenant(directory, tenantId));
}

/**
 * Of the server that keeps its data where the settings say, whether or not it runs; everything is read here.
 * @throws StartError when there is no data
 */
export async function openSigner(settings: Settings, origin: string): Promise<Signer> {
  await using opening = new AsyncDisposableStack();
  const { connection } = await openExisting(settings, opening);
  const directory = createDirectoryStore(connection);
  const keys = await openSigningKeys(await directory.listSigningKeys());
  const known = new Map<string, SigningTenant>();
  for (const { id } of await directory.listTenants()) known.set(id, await readTenant(directory, id));
  const [audience = ''] = settings.audiences;
  return signWith({ keys, origin, audience }, async (tenantId) => known.get(tenantId) ?? noTenant(tenantId));
}

/** A tenant, an app of it that others are made like, and its users. */
interface SigningTenant {
  readonly tenant: Tenant;
  readonly app: AppRegistration;
  readonly users: readonly DirectoryUser[];
}

async function readTenant(directory: DirectoryStore, id: string): Promise<SigningTenant> {
  const tenant = (await directory.findTenant(id)) ?? noTenant(id);
  const [app] = await directory.listApps(tenant);
  if (app === undefined) throw new Error(`The tenant ${id} has no app.`);
  return { tenant, app, users: await directory.listUsers(tenant) };
}

function noTenant(id: string): never {
  throw new Error(`There is no tenant ${id}.`);
}

interface SigningParts {
  readonly keys: SigningKeys;
  readonly origin: string;
  readonly audience: string;
}

function signWith({ keys, origin, audience }: SigningParts, find: (id: string) => Promise<SigningTenant>): Signer {
  return {
    sign: async (tenantId, holder, options = {}) => {
      const { tenant, app, users } = await find(tenantId);
      const { audience: other = audience, issuedAt = systemClock.now() } = options;
      const mint = { keys, clock: { now: () => issuedAt }, newId: () => tenantId, lifetimeSeconds: LIFETIME_SECONDS };
      const order = { tenant, audience: other, origin, version: '2.0' } as const;
      if ('roles' in holder) {
        return (await mintAccessToken(mint, { ...order, app: { ...app, appRoles: holder.roles } })).text;
      }
      const user = users.find(({ name }) => name === holder.user);
      if (user === undefined) throw new Error(`The tenant ${tenantId} has no user ${holder.user}.`);
      return (await mintAccessToken(mint, { ...order, app: { ...app, delegatedScopes: holder.scopes }, user })).text;
    },
  };
}
