/** Fills an empty database from a seed, in one unit of work: all of it or nothing. */
import { createHash, randomBytes } from 'node:crypto';

import { getGuid } from '../base/ids.ts';
import type { AppId, RegistrationId, TenantId, UserId } from '../base/ids.ts';
import type { AppRegistration, DirectoryUser, Tenant } from '../model/directory.ts';
import type { Protocol } from '../odata/protocol.ts';
import type { SqlConnection, Write } from '../store/connection.ts';
import type { DirectoryWrites } from '../store/directory-writes.ts';
import type { ImportWrites } from '../store/import-writes.ts';
import type { SandboxCard } from './card.ts';
import { seedError } from './read-seed.ts';
import { readProviders } from './read-seed-items.ts';
import type { Seed, TenantSeed } from './seed-schema.ts';

export interface SeedTarget {
  readonly connection: SqlConnection;
  readonly directory: DirectoryWrites;
  readonly learning: ImportWrites;
  /** Reads the items of the seed. */
  readonly protocol: Protocol;
  /** Is given the card before the seed is stored, so that no stored secret is ever unknown. */
  keepCard(card: SandboxCard): void;
}

/** One row to store, and its place in the file. */
interface Step {
  readonly place: string;
  readonly write: Write;
}

/** @throws StartError naming every problem, with `path` as the file's name */
export async function applySeed(seed: Seed, path: string, target: SeedTarget): Promise<void> {
  const problems: string[] = [];
  const secrets = new Map<string, string>();
  const steps = seed.tenants.flatMap((tenant, index) => {
    const found: string[] = [];
    const made = tenantSteps(tenant, target, { key: index + 1, problems: found, secrets });
    const prefix = `tenants.${index}.`;
    problems.push(...found.map((problem) => prefix + problem));
    return made.map(({ place, write }) => ({ place: prefix + place, write }));
  });
  if (problems.length > 0) throw seedError(path, problems);
  target.keepCard(describeSeed(seed, secrets));
  const result = await target.connection.write(steps.map(({ write }) => write));
  if (result.kind !== 'done') throw seedError(path, [`${steps[result.step]?.place} repeats an id or name of another`]);
}

interface TenantNotes {
  readonly key: number;
  readonly problems: string[];
  /** By app id as written. */
  readonly secrets: Map<string, string>;
}

function tenantSteps(seed: TenantSeed, { directory, learning, protocol }: SeedTarget, notes: TenantNotes): Step[] {
  const tenant: Tenant = {
    id: getGuid<TenantId>(seed.id),
    key: notes.key,
    displayName: seed.displayName,
    domainName: seed.domainName.toLowerCase(),
    hasServicePlan: seed.hasServicePlan ?? true,
  };
  const steps: Step[] = [{ place: 'id', write: directory.tenant(tenant) }];
  for (const user of toUsers(seed, tenant)) {
    steps.push({ place: `users.${user.name}`, write: directory.user(tenant, user) });
  }
  if (notes.key > 1) notes.problems.push(...appsWithoutSecret(seed));
  for (const app of toApps(seed, tenant, notes.secrets)) {
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

function toUsers(seed: TenantSeed, tenant: Tenant): DirectoryUser[] {
  return Object.entries(seed.users).map(([name, user]) => ({
    tenantId: tenant.id,
    id: getGuid<UserId>(user.id),
    name,
    userPrincipalName: user.userPrincipalName.toLowerCase(),
    displayName: user.displayName,
    mail: user.mail ?? null,
    licence: user.licence,
    directoryRoles: user.directoryRoles ?? [],
  }));
}

/** Secrets are made up for the first tenant only, whose card keeps them: nobody would know those of another. */
function appsWithoutSecret({ apps }: TenantSeed): string[] {
  const without = Object.entries(apps).filter(
    ([, app]) => app.clientSecret === undefined && app.isPublicClient !== true,
  );
  return without.map(([name]) => `apps.${name} needs a clientSecret, as only those of the first tenant are made up`);
}

function toApps(seed: TenantSeed, tenant: Tenant, secrets: Map<string, string>): AppRegistration[] {
  return Object.entries(seed.apps).map(([name, app]) => {
    const secret =
      app.isPublicClient === true ? undefined : (app.clientSecret ?? randomBytes(30).toString('base64url'));
    if (secret !== undefined) secrets.set(app.id, secret);
    return {
      tenantId: tenant.id,
      id: getGuid<AppId>(app.id),
      name,
      secretSha256: secret === undefined ? null : createHash('sha256').update(secret).digest('hex'),
      appRoles: app.roles ?? [],
      delegatedScopes: app.scopes ?? [],
    };
  });
}

/** The card of the first tenant; apps without a secret cannot ask for tokens of their own and are left out. */
function describeSeed(seed: Seed, secrets: ReadonlyMap<string, string>): SandboxCard {
  const tenant = seed.tenants[0] as TenantSeed;
  const apps = Object.entries(tenant.apps).flatMap(([name, { id, roles = [] }]) => {
    const clientSecret = secrets.get(id);
    return clientSecret === undefined ? [] : [[name, { clientId: id.toLowerCase(), clientSecret, roles }] as const];
  });
  const users = Object.entries(tenant.users).map(
    ([name, { id, userPrincipalName }]) => [name, { id: id.toLowerCase(), userPrincipalName }] as const,
  );
  return {
    tenantId: tenant.id.toLowerCase(),
    apps: Object.fromEntries(apps),
    users: Object.fromEntries(users),
    samples: seed.samples ?? {},
  };
}
