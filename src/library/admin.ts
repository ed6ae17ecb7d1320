/** The admin API as methods of a server. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type {
  AddedApp,
  AdminStatus,
  AppCredential,
  AppDescription,
  AppliedSeed,
  AppSecret,
  AuditPage,
  AuditRecord,
  AuditVerification,
  Import,
  ImportPart,
  LicenceHolders,
  MadeScimCredential,
  MadeWebhook,
  NotificationDelivery,
  ScimCredentialDescription,
  SubscriptionDescription,
  TenantDescription,
  UserDescription,
  Webhook,
  WebhookDeadLetter,
  WebhookDelivery,
  WebhookReplay,
} from './admin-types.ts';
import type { CallControl, ControlCaller } from './call-control.ts';
import type { Subscriptions, Webhooks } from './notified.ts';
import type { Admin, Apps, Audit, Licences, ScimCredentials, Tenants, Users } from './server.ts';
import { createSync } from './sync.ts';

/** Types of answers are taken at their word: they are printed from the schemas that make them. */
export function createAdmin({ call, stream }: ControlCaller): Admin {
  return {
    status: async () => (await call({ path: '/status' })) as AdminStatus,
    applySeed: async (seed, { dryRun = false, prune = false } = {}) => {
      const query = { dryRun: String(dryRun), prune: String(prune) };
      const sent = typeof seed === 'string' ? { text: { type: 'application/yaml', value: seed } } : { json: seed };
      return (await call({ method: 'POST', path: '/seed', query, ...sent })) as AppliedSeed;
    },
    tenants: createTenants(call),
    users: createUsers(call),
    licences: createLicences(call),
    apps: createApps(call),
    scimCredentials: createScimCredentials(call),
    subscriptions: createSubscriptions(call),
    webhooks: createWebhooks(call),
    sync: createSync({ call, stream }),
    audit: createAudit({ call, stream }),
    import: (text, options) => importText(call, text, options),
  };
}

const PART_TYPES = { csv: 'text/csv', ndjson: 'application/x-ndjson', json: 'application/json' } as const;

async function importText(
  call: CallControl,
  text: string,
  { tenant, ...json }: Parameters<Admin['import']>[1] = {},
): Promise<ImportPart> {
  const query = { tenant };
  const begun = (await call({ method: 'POST', path: '/imports', query, json })) as Import;
  const path = `/imports/${begun.id}`;
  const part = { type: PART_TYPES[begun.format], value: text };
  const { from, value } = (await call({ method: 'POST', path: `${path}/rows`, query, text: part })) as ImportPart;
  return { import: (await call({ method: 'POST', path: `${path}/end`, query })) as Import, from, value };
}

function createTenants(call: CallControl): Tenants {
  const pathOf = (name: string): string => `/tenants/${encodeURIComponent(name)}`;
  return {
    list: async () => listOf(await call({ path: '/tenants' })) as readonly TenantDescription[],
    add: async (json) => (await call({ method: 'POST', path: '/tenants', json })) as TenantDescription,
    change: async (name, json) => (await call({ method: 'PATCH', path: pathOf(name), json })) as TenantDescription,
    remove: async (name) => {
      await call({ method: 'DELETE', path: pathOf(name) });
    },
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
  };
}

function createLicences(call: CallControl): Licences {
  return {
    list: async (of) => listOf(await call({ path: '/licences', query: { ...of } })) as readonly LicenceHolders[],
    assign: (user, licence, of) => createUsers(call).change(user, { licence }, of),
  };
}

function createScimCredentials(call: CallControl): ScimCredentials {
  const path = '/scim/credentials';
  return {
    list: async (of) => listOf(await call({ path, query: { ...of } })) as readonly ScimCredentialDescription[],
    add: async (json, of) => (await call({ method: 'POST', path, query: { ...of }, json })) as MadeScimCredential,
    remove: async (id, of) => {
      await call({ method: 'DELETE', path: `${path}/${encodeURIComponent(id)}`, query: { ...of } });
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
    listCredentials: async (name, of) =>
      listOf(await call({ path: `${pathOf(name)}/credentials`, query: { ...of } })) as readonly AppCredential[],
    addCertificate: async (name, certificate, of) => {
      const path = `${pathOf(name)}/certificates`;
      return (await call({ method: 'POST', path, query: { ...of }, json: { certificate } })) as AppCredential;
    },
    removeCredential: async (name, keyId, of) => {
      const path = `${pathOf(name)}/credentials/${encodeURIComponent(keyId)}`;
      await call({ method: 'DELETE', path, query: { ...of } });
    },
    rotateSecret: async (name, { tenant, keepOld = false } = {}) => {
      const order = { method: 'POST', path: `${pathOf(name)}/secret`, query: { tenant }, json: { keepOld } } as const;
      return (await call(order)) as AppSecret;
    },
  };
}

function createSubscriptions(call: CallControl): Subscriptions {
  const pathOf = (id: string): string => `/subscriptions/${encodeURIComponent(id)}`;
  return {
    list: async (of) =>
      listOf(await call({ path: '/subscriptions', query: { ...of } })) as readonly SubscriptionDescription[],
    deliveries: async ({ limit, ...of } = {}) => {
      const query = { ...of, ...(limit !== undefined && { limit: String(limit) }) };
      return listOf(await call({ path: '/subscriptions/deliveries', query })) as readonly NotificationDelivery[];
    },
    redeliver: async (id, of) => {
      const order = { method: 'POST', path: `${pathOf(id)}/redeliver`, query: { ...of } } as const;
      return (await call(order)) as SubscriptionDescription;
    },
    remove: async (id, of) => {
      await call({ method: 'DELETE', path: pathOf(id), query: { ...of } });
    },
  };
}

function createWebhooks(call: CallControl): Webhooks {
  const path = '/webhooks';
  const pathOf = (id: string): string => `${path}/${encodeURIComponent(id)}`;
  const list = async (of: string, { limit, ...others }: WebhookRows = {}): Promise<readonly unknown[]> =>
    listOf(await call({ path: path + of, query: { ...others, ...(limit !== undefined && { limit: String(limit) }) } }));
  return {
    list: async (of) => (await list('', of)) as readonly Webhook[],
    add: async (json, of) => (await call({ method: 'POST', path, query: { ...of }, json })) as MadeWebhook,
    get: async (id, of) => (await call({ path: pathOf(id), query: { ...of } })) as Webhook,
    change: async (id, json, of) =>
      (await call({ method: 'PATCH', path: pathOf(id), query: { ...of }, json })) as Webhook,
    remove: async (id, of) => {
      await call({ method: 'DELETE', path: pathOf(id), query: { ...of } });
    },
    rotateSecret: async (id, { tenant, ...json } = {}) =>
      (await call({ method: 'POST', path: `${pathOf(id)}/secret`, query: { tenant }, json })) as MadeWebhook,
    test: async (id, of) =>
      (await call({ method: 'POST', path: `${pathOf(id)}/test`, query: { ...of } })) as WebhookDelivery,
    deliveries: async (options) => (await list('/deliveries', options)) as readonly WebhookDelivery[],
    deadLetters: async (options) => (await list('/dead-letters', options)) as readonly WebhookDeadLetter[],
    redeliver: async (id, { tenant, ...json } = {}) =>
      (await call({ method: 'POST', path: `${pathOf(id)}/redeliver`, query: { tenant }, json })) as Webhook,
    replay: async (id, since, of) => {
      const json = { since: typeof since === 'string' ? since : since.toISOString() };
      return (await call({ method: 'POST', path: `${pathOf(id)}/replay`, query: { ...of }, json })) as WebhookReplay;
    },
  };
}

type WebhookRows = NonNullable<Parameters<Webhooks['deliveries']>[0]>;

function createAudit({ call, stream }: ControlCaller): Audit {
  return {
    list: async (query) => (await call({ path: '/audit', query: { ...query } })) as AuditPage,
    history: async (item, of) =>
      listOf(await call({ path: '/audit/history', query: { ...of, item } })) as readonly AuditRecord[],
    verify: async (query) => (await call({ path: '/audit/verify', query: { ...query } })) as AuditVerification,
    export: async function* exportRecords(query) {
      const parts = Readable.from(stream({ path: '/audit/export', query: { ...query } }));
      for await (const line of createInterface({ input: parts })) yield JSON.parse(line) as AuditRecord;
    },
  };
}

function listOf(answer: unknown): readonly unknown[] {
  return (answer as { readonly value: readonly unknown[] }).value;
}
