/** Fills an empty database from a seed, in one unit of work: all of it or nothing. */
import { basename, dirname } from 'node:path';

import { getGuid } from '../lib/ids.ts';
import type { RegistrationId, TenantId } from '../lib/ids.ts';
import { NEW_TENANT } from '../model/directory.ts';
import type { Tenant } from '../model/directory.ts';
import type { Protocol } from '../odata/protocol.ts';
import type { ItemChange } from '../store/changes/change.ts';
import type { SqlConnection, Write } from '../store/connection.ts';
import type { DirectoryWrites } from '../store/directory-writes.ts';
import type { ImportWrites } from '../store/import-writes.ts';
import type { SandboxCredentials } from './credentials.ts';
import { readProviders } from './read-seed-items.ts';
import { readApps, readUsers, redirectUrisOf } from './read-seed-people.ts';
import type { TenantNotes } from './read-seed-people.ts';
import { SeedError } from './seed-error.ts';
import type { Seed, TenantSeed } from './seed-schema.ts';

export interface SeedTools {
  readonly directory: DirectoryWrites;
  readonly learning: ImportWrites;
  /** Reads the items of the seed. */
  readonly protocol: Protocol;
  /** Stores the credentials, in the same unit of work, so that no stored secret is ever unknown. */
  storeCredentials(credentials: SandboxCredentials): Write;
  /** Has the secrets and passwords that were made up before: who is in the seed still keeps them. */
  readonly known?: SandboxCredentials | undefined;
  /** The key that a tenant has in the database, where it is not its place in the file. */
  getKey?(id: TenantId): number;
}

export interface SeedTarget extends SeedTools {
  readonly connection: SqlConnection;
}

/** One row to store, and its place in the file. */
export interface SeedStep {
  readonly place: string;
  readonly tenantId: TenantId;
  /** Of the tenant, in the database. */
  readonly tenantKey: number;
  readonly write: Write;
}

type Step = Pick<SeedStep, 'place' | 'write'>;

/** @throws SeedError naming every problem, with `path` as the file's name */
export async function applySeed(seed: Seed, path: string, target: SeedTarget): Promise<void> {
  const steps = planSeed(seed, path, target);
  const result = await target.connection.write(
    steps.map(({ write }) => write),
    { origin: { channel: 'server', operation: 'applySeed' }, changes: seedChanges(steps, path) },
  );
  if (result.kind !== 'done') throw repeated(path, steps[result.step]);
}

/** Of each tenant that a seed fills: which file, and how much. */
function seedChanges(steps: readonly SeedStep[], path: string): readonly ItemChange[] {
  return [...Map.groupBy(steps, ({ tenantKey }) => tenantKey)].map(([tenantKey, ofTenant]) => ({
    tenantKey,
    kind: 'sandbox',
    itemId: ofTenant[0]?.tenantId,
    after: { seed: basename(path), steps: ofTenant.length },
  }));
}

/** What there is to store, to be done in one unit of work. @throws as {@link applySeed} */
export function planSeed(seed: Seed, path: string, tools: SeedTools): readonly SeedStep[] {
  const notes = seed.tenants.map((tenant, index) => startNotes(tenant, { index, folder: dirname(path), tools }));
  const steps = notes.flatMap((note, index) => {
    const made = tenantSteps(seed.tenants[index] as TenantSeed, tools, note);
    return made.map(({ place, write }) => ({
      place: `tenants.${index}.${place}`,
      tenantId: note.id,
      tenantKey: note.key,
      write,
    }));
  });
  const problems = notes.flatMap((note, index) => note.problems.map((problem) => `tenants.${index}.${problem}`));
  if (problems.length > 0) throw new SeedError(path, problems);
  const first = notes[0] as TenantReading;
  const credentials = tools.storeCredentials(describeSeed(seed, first));
  return [...steps, { place: 'samples', tenantId: first.id, tenantKey: first.key, write: credentials }];
}

/** What is wrong when a step could not be stored beside the others. */
export function repeated(path: string, step: SeedStep | undefined): SeedError {
  return new SeedError(path, [`${step?.place} repeats an id or name of another`]);
}

interface TenantReading extends TenantNotes {
  readonly id: TenantId;
  readonly key: number;
}

interface SeedPlace {
  /** Among the tenants of the file. */
  readonly index: number;
  readonly folder: string;
  readonly tools: SeedTools;
}

function startNotes(tenant: TenantSeed, { index, folder, tools }: SeedPlace): TenantReading {
  const id = getGuid<TenantId>(tenant.id);
  const found = { problems: [], secrets: new Map(), passwords: new Map(), thumbprints: new Map() };
  return {
    ...found,
    id,
    key: tools.getKey?.(id) ?? index + 1,
    hasCredentials: index === 0,
    folder,
    known: tools.known,
  };
}

function tenantSteps(seed: TenantSeed, { directory, learning, protocol }: SeedTools, notes: TenantReading): Step[] {
  const tenant: Tenant = {
    id: notes.id,
    key: notes.key,
    displayName: seed.displayName,
    domainName: seed.domainName.toLowerCase(),
    hasServicePlan: seed.hasServicePlan ?? true,
    directory: seed.directory ?? null,
    openLicence: seed.openLicence ?? null,
    rowVersion: NEW_TENANT.rowVersion,
  };
  const steps: Step[] = [{ place: 'id', write: directory.tenant(tenant) }];
  for (const user of readUsers(seed, tenant, notes)) {
    steps.push({ place: `users.${user.name}`, write: directory.user(tenant, user) });
  }
  for (const app of readApps(seed, tenant, notes)) {
    steps.push({ place: `apps.${app.name}`, write: directory.app(tenant, app) });
  }
  readProviders(seed, protocol, notes.problems).forEach(({ provider, contents, activities }, index) => {
    const place = `providers.${index}`;
    const owner = provider.id as RegistrationId;
    steps.push({ place, write: learning.provider(tenant, provider) });
    contents.forEach((content, at) => {
      steps.push({ place: `${place}.contents.${at}`, write: learning.content(tenant, owner, content) });
    });
    // A problem is reported in the end; an activity that has one may not even have a key.
    if (notes.problems.length > 0) return;
    activities.forEach((activity, at) => {
      steps.push({ place: `${place}.activities.${at}`, write: learning.activity(tenant, activity) });
    });
  });
  return steps;
}

/** The credentials of the first tenant. Each app is found by what it proves itself with, or by what users sign in with. */
function describeSeed(seed: Seed, { secrets, passwords, thumbprints }: TenantNotes): SandboxCredentials {
  const tenant = seed.tenants[0] as TenantSeed;
  const apps = Object.entries(tenant.apps);
  const secretApps = apps.flatMap(([name, { id, roles = [] }]) => {
    const clientSecret = secrets.get(id);
    return clientSecret === undefined ? [] : [[name, { clientId: id.toLowerCase(), clientSecret, roles }] as const];
  });
  const signInApps = apps.flatMap(([name, app]) => {
    const redirectUris = redirectUrisOf(app);
    const { id, scopes = [] } = app;
    const isForSignIn = redirectUris.length > 0 || app.isPublicClient === true;
    return isForSignIn ? [[name, { clientId: id.toLowerCase(), scopes, redirectUris }] as const] : [];
  });
  const certificateApps = apps.flatMap(([name, { id, roles = [] }]) => {
    const certificateThumbprints = thumbprints.get(id);
    if (certificateThumbprints === undefined) return [];
    return [[name, { clientId: id.toLowerCase(), certificateThumbprints, roles }] as const];
  });
  const users = Object.entries(tenant.users).map(([name, { id, userPrincipalName }]) => {
    const password = passwords.get(id) as string;
    return [name, { id: id.toLowerCase(), userPrincipalName, password }] as const;
  });
  return {
    tenantId: tenant.id.toLowerCase(),
    apps: Object.fromEntries(secretApps),
    signInApps: Object.fromEntries(signInApps),
    certificateApps: Object.fromEntries(certificateApps),
    users: Object.fromEntries(users),
    samples: seed.samples ?? {},
  };
}
