/** Entries as they are shown: ids with the names that the directory has for them at present. */
import { CONSOLE_APPS } from '../../model/console-apps.ts';
import type { Tenant } from '../../model/directory.ts';
import type { DirectoryStore } from '../../store/directory-store.ts';
import type { JournalEntry } from './entry.ts';

export interface Named {
  readonly id: string;
  readonly name?: string;
}

export interface ShownEntry extends Omit<JournalEntry, 'appId' | 'tenantId' | 'userId' | 'learners'> {
  readonly app?: Named;
  /** With its display name. */
  readonly tenant?: Named;
  /** With the userPrincipalName. */
  readonly user?: Named;
  /** With their userPrincipalNames. */
  readonly learners: readonly Named[];
}

export type NameSource = Pick<DirectoryStore, 'listTenants' | 'listApps' | 'findUser'>;

export async function showEntries(
  entries: readonly JournalEntry[],
  directory: NameSource,
): Promise<readonly ShownEntry[]> {
  const tenants = new Map((await directory.listTenants()).map((tenant) => [tenant.id as string, tenant]));
  const apps = remember(async (tenant: Tenant) => {
    const list = await directory.listApps(tenant);
    return new Map(list.map(({ id, name }) => [id as string, name]));
  });
  const users = remember(async (tenant: Tenant) => remember((id: string) => directory.findUser(tenant, id)));
  const nameUser = async (tenant: Tenant | undefined, id: string): Promise<Named> =>
    named(id, tenant && (await (await users(tenant))(id))?.userPrincipalName);

  const nameApp = async (tenant: Tenant | undefined, id: string): Promise<string | undefined> =>
    (tenant && (await apps(tenant)).get(id)) ?? CONSOLE_APPS.find((app) => app.id === id)?.name;

  return Promise.all(
    entries.map(async ({ appId, tenantId, userId, learners, ...entry }) => {
      const tenant = tenantId === undefined ? undefined : tenants.get(tenantId);
      return {
        ...entry,
        ...(appId !== undefined && { app: named(appId, await nameApp(tenant, appId)) }),
        ...(tenantId !== undefined && { tenant: named(tenantId, tenant?.displayName) }),
        ...(userId !== undefined && { user: await nameUser(tenant, userId) }),
        learners: await Promise.all(learners.map((id) => nameUser(tenant, id))),
      };
    }),
  );
}

function named(id: string, name: string | undefined): Named {
  return name === undefined ? { id } : { id, name };
}

function remember<Key, Value>(find: (key: Key) => Promise<Value>): (key: Key) => Promise<Value> {
  const known = new Map<Key, Promise<Value>>();
  return (key) => {
    const value = known.get(key) ?? find(key);
    known.set(key, value);
    return value;
  };
}
