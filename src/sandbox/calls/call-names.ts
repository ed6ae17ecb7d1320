/** Names of apps, users and tenants in a match -> their ids. */
import type { AppRegistration, DirectoryUser, Tenant } from '../../model/directory.ts';
import { findGuid } from '../../lib/ids.ts';
import type { AppId, TenantId, UserId } from '../../lib/ids.ts';
import type { DirectoryStore } from '../../store/directory-store.ts';
import type { CallMatch } from './call-match.ts';
import { suggest } from './check.ts';
import { valuesOf } from './one-or-more.ts';

export type CallDirectory = Pick<DirectoryStore, 'listTenants' | 'listApps' | 'listUsers' | 'findUser'>;

/** By id, in lower case; `undefined` where the match does not ask. */
export interface CallerIds {
  readonly appIds?: readonly string[] | undefined;
  readonly userIds?: readonly string[] | undefined;
  readonly tenantIds?: readonly string[] | undefined;
}

export interface NamedCallers {
  readonly ids: CallerIds;
  readonly problems: readonly string[];
}

/**
 * Looks the names up in the tenants that the match is about. An app or tenant that is named by its id need not be known:
 * tokens of other authorities bring their own.
 */
export async function findCallers(match: CallMatch, directory: CallDirectory): Promise<NamedCallers> {
  const tenants = await directory.listTenants();
  const asked = { tenant: valuesOf(match.tenant), app: valuesOf(match.app), user: valuesOf(match.user) };
  const meant = asked.tenant?.map((text) => findTenants(text, tenants));
  const within = meant?.flatMap(({ found }) => found) ?? tenants;
  const apps = await Promise.all(asked.app?.map((text) => findApps(text, within, directory)) ?? []);
  const users = await Promise.all(asked.user?.map((text) => findUsers(text, within, directory)) ?? []);
  return {
    ids: {
      tenantIds: meant?.flatMap(({ ids }) => ids),
      appIds: asked.app && apps.flatMap(({ ids }) => ids),
      userIds: asked.user && users.flatMap(({ ids }) => ids),
    },
    problems: [...(meant ?? []), ...apps, ...users].flatMap(({ problems }) => problems),
  };
}

interface Meant {
  readonly ids: readonly string[];
  readonly problems: readonly string[];
}

function findTenants(text: string, tenants: readonly Tenant[]): Meant & { readonly found: readonly Tenant[] } {
  const folded = text.toLowerCase();
  const found = tenants.filter((tenant) =>
    [tenant.id, tenant.domainName, tenant.displayName].some((name) => name.toLowerCase() === folded),
  );
  const known = tenants.flatMap(({ domainName, displayName }) => [domainName, displayName]);
  return { found, ...meantBy({ text, id: findGuid<TenantId>(text), place: 'match.tenant' }, found.map(idOf), known) };
}

async function findApps(text: string, tenants: readonly Tenant[], directory: CallDirectory): Promise<Meant> {
  const apps = (await Promise.all(tenants.map((tenant) => directory.listApps(tenant)))).flat();
  const found = apps.filter(({ name }) => name === text).map(idOf);
  return meantBy({ text, id: findGuid<AppId>(text), place: 'match.app' }, found, apps.map(nameOf));
}

/** All users are looked through only for a name of the seed, which no index has. */
async function findUsers(text: string, tenants: readonly Tenant[], directory: CallDirectory): Promise<Meant> {
  const direct = await Promise.all(tenants.map((tenant) => directory.findUser(tenant, text)));
  const found = direct.filter((user) => user !== undefined).map(idOf);
  const asked = { text, id: findGuid<UserId>(text), place: 'match.user' };
  if (found.length > 0 || asked.id !== undefined) return meantBy(asked, found, []);
  const users = (await Promise.all(tenants.map((tenant) => directory.listUsers(tenant)))).flat();
  return meantBy(asked, users.filter(({ name }) => name === text).map(idOf), users.map(nameOf));
}

interface Asked {
  readonly text: string;
  readonly id: string | undefined;
  readonly place: string;
}

function meantBy({ text, id, place }: Asked, found: readonly string[], known: readonly string[]): Meant {
  const ids = id === undefined ? found : [id];
  if (ids.length > 0) return { ids, problems: [] };
  return { ids, problems: [`${place}: there is no "${text}" in the directory.${suggest(text, known)}`] };
}

function idOf({ id }: Tenant | AppRegistration | DirectoryUser): string {
  return id;
}

function nameOf({ name }: AppRegistration | DirectoryUser): string {
  return name;
}
