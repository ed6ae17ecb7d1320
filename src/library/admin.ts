/** The admin API as methods of a server. */
import type {
  AddedApp,
  AdminStatus,
  AppDescription,
  AppSecret,
  ImportedUsers,
  TenantDescription,
  UserDescription,
} from './admin-types.ts';
import type { CallControl } from './call-control.ts';
import type { Admin, Apps, Users } from './server.ts';

/** Types of answers are taken at their word: they are printed from the schemas that make them. */
export function createAdmin(call: CallControl): Admin {
  return {
    status: async () => (await call({ path: '/status' })) as AdminStatus,
    tenants: {
      list: async () => listOf(await call({ path: '/tenants' })) as readonly TenantDescription[],
    },
    users: createUsers(call),
    apps: createApps(call),
  };
}

function createUsers(call: CallControl): Users {
  const pathOf = (name: string): string => `/users/${encodeURIComponent(name)}`;
  return {
    list: async (query) => listOf(await call({ path: '/users', query: { ...query } })) as readonly UserDescription[],
    add: async (json, of) =>
      (await call({ method: 'POST', path: '/users', query: { ...of }, json })) as UserDescription,
    change: async (name, json, of) =>
      (await call({ method: 'PATCH', path: pathOf(name), query: { ...of }, json })) as UserDescription,
    remove: async (name, of) => {
      await call({ method: 'DELETE', path: pathOf(name), query: { ...of } });
    },
    import: async (csv, { tenant, dryRun = false } = {}) => {
      const text = { type: 'text/csv', value: csv };
      const query = { tenant, dryRun: String(dryRun) };
      return (await call({ method: 'POST', path: '/users/import', query, text })) as ImportedUsers;
    },
  };
}

function createApps(call: CallControl): Apps {
  const pathOf = (name: string): string => `/apps/${encodeURIComponent(name)}`;
  return {
    list: async (of) => listOf(await call({ path: '/apps', query: { ...of } })) as readonly AppDescription[],
    add: async (json, of) => (await call({ method: 'POST', path: '/apps', query: { ...of }, json })) as AddedApp,
    change: async (name, json, of) =>
      (await call({ method: 'PATCH', path: pathOf(name), query: { ...of }, json })) as AppDescription,
    remove: async (name, of) => {
      await call({ method: 'DELETE', path: pathOf(name), query: { ...of } });
    },
    rotateSecret: async (name, { tenant, keepOld = false } = {}) => {
      const order = { method: 'POST', path: `${pathOf(name)}/secret`, query: { tenant }, json: { keepOld } } as const;
      return (await call(order)) as AppSecret;
    },
  };
}

function listOf(answer: unknown): readonly unknown[] {
  return (answer as { readonly value: readonly unknown[] }).value;
}
