/** Users and apps of a seed, merged into those that a tenant has. */
import { withoutPermissions, withPermissions } from '../directory/apps.ts';
import type { AppRegistration, DirectoryUser } from '../model/directory.ts';
import { readApps, readUsers } from '../seed/read-seed-people.ts';
import type { TenantNotes } from '../seed/read-seed-people.ts';
import type { TenantSeed } from '../seed/seed-schema.ts';
import { differences, showNames } from './merging.ts';
import type { Merging, TenantMerge } from './merging.ts';

export async function mergeUsers(
  merging: Merging,
  { seed, place, isPruning, tenant, isNew }: TenantMerge,
): Promise<void> {
  const { directory, people } = merging.tools;
  const stored = isNew ? [] : await directory.listUsers(tenant);
  const known = new Map(stored.map((user) => [user.id as string, user]));
  const isKnown = (id: string) => known.has(id.toLowerCase());
  const about = { kind: 'user', tenant: tenant.domainName } as const;
  const entries = Object.entries(seed.users);
  const named = new Set(entries.map(([, { id }]) => id.toLowerCase()));
  const pruned = isPruning ? stored.filter(({ id }) => !named.has(id)) : [];
  for (const user of pruned) {
    merging.actions.push({ ...about, action: 'remove', name: user.userPrincipalName, properties: [] });
    await merging.gather('', people.users.removeUser(tenant, user));
  }
  // A password is stretched, which takes long: not for those who keep theirs.
  const users = Object.fromEntries(
    entries.map(([name, { password, ...user }]) => [
      name,
      isKnown(user.id) || password === undefined ? user : { ...user, password },
    ]),
  );
  const read = readUsers({ ...seed, users }, tenant, startNotes(false));
  const merged = read.map((user) => mergeUser(user, users[user.name], known.get(user.id)));
  const left = stored.filter(({ id }) => !named.has(id) && !pruned.some((one) => one.id === id));
  checkRepeated(merging, `${place}.users`, { items: merged, left, keys: ['id', 'userPrincipalName', 'name'] });
  for (const user of merged) {
    const before = known.get(user.id);
    const properties = before === undefined ? [] : differences(before, user);
    if (before !== undefined && properties.length === 0) continue;
    merging.actions.push({
      ...about,
      action: before === undefined ? 'add' : 'change',
      name: user.userPrincipalName,
      properties: showNames(properties),
    });
    const work = before === undefined ? people.users.insertUser(tenant, user) : people.users.updateUser(tenant, user);
    await merging.gather(`${place}.users.${user.name}`, work);
  }
}

function mergeUser(
  user: DirectoryUser,
  said: TenantSeed['users'][string] | undefined,
  stored: DirectoryUser | undefined,
): DirectoryUser {
  if (stored === undefined) return user;
  const { name, userPrincipalName, displayName, licence } = user;
  return {
    ...stored,
    ...{ name, userPrincipalName, displayName },
    ...(said?.mail !== undefined && { mail: user.mail }),
    ...(said?.employeeId !== undefined && { employeeId: user.employeeId }),
    ...(said?.directoryRoles !== undefined && { directoryRoles: user.directoryRoles }),
    ...(licence !== stored.licence && { licence, assignedLicenses: null }),
  };
}

export async function mergeApps(
  merging: Merging,
  { seed, place, isPruning, tenant, isNew }: TenantMerge,
): Promise<void> {
  const { directory, people } = merging.tools;
  const stored = isNew ? [] : await directory.listApps(tenant);
  const known = new Map(stored.map((app) => [app.id as string, app]));
  const about = { kind: 'app', tenant: tenant.domainName } as const;
  const entries = Object.entries(seed.apps);
  const named = new Set(entries.map(([, { id }]) => id.toLowerCase()));
  const pruned = isPruning ? stored.filter(({ id }) => !named.has(id)) : [];
  for (const app of pruned) {
    merging.actions.push({ ...about, action: 'remove', name: app.displayName, properties: [] });
    await merging.gather('', people.apps.removeApp(tenant, app));
  }
  const notes = startNotes(true);
  const paths = listCertificatePaths(seed.apps);
  const read = paths.length > 0 ? [] : readApps(seed, tenant, notes);
  merging.problems.push(...[...paths, ...notes.problems].map((problem) => `${place}.${problem}`));
  const now = people.clock.now();
  const merged = read.map((app) => mergeApp(app, { said: seed.apps[app.name], stored: known.get(app.id), now }));
  const left = stored.filter(({ id }) => !named.has(id) && !pruned.some((one) => one.id === id));
  checkRepeated(merging, `${place}.apps`, { items: merged, left, keys: ['id', 'name'] });
  for (const app of merged) {
    const before = known.get(app.id);
    const properties = before === undefined ? [] : differences(before, app);
    if (before !== undefined && properties.length === 0) continue;
    merging.actions.push({
      ...about,
      action: before === undefined ? 'add' : 'change',
      name: app.name,
      properties: showNames(properties),
    });
    const said = seed.apps[app.name];
    const secretText = notes.secrets.get(said?.id ?? '');
    if (before === undefined && secretText !== undefined && said?.clientSecret === undefined)
      merging.secrets.push({ app: app.name, clientId: app.id, secretText });
    const work = before === undefined ? people.apps.insertApp(tenant, app) : people.apps.updateApp(tenant, app);
    await merging.gather(`${place}.apps.${app.name}`, work);
  }
}

interface AppMerge {
  readonly said: TenantSeed['apps'][string] | undefined;
  readonly stored: AppRegistration | undefined;
  readonly now: number;
}

function mergeApp(app: AppRegistration, { said, stored, now }: AppMerge): AppRegistration {
  if (stored === undefined) return app;
  // One that goes by its name in the file was not given another one.
  const isNamed = stored.displayName !== stored.name;
  let merged: AppRegistration = {
    ...stored,
    name: app.name,
    displayName: isNamed ? stored.displayName : app.name,
    ...(said?.redirectUris !== undefined && { redirectUris: app.redirectUris }),
  };
  for (const [kind, wanted, held] of [
    ['application', said?.roles, stored.appRoles],
    ['delegated', said?.scopes, stored.delegatedScopes],
  ] as const) {
    if (wanted === undefined) continue;
    const dropped = held.filter((name) => !(wanted as readonly string[]).includes(name));
    if (dropped.length > 0) merged = withoutPermissions(merged, { kind, names: dropped }, now);
    const added = wanted.filter((name) => !held.includes(name));
    if (added.length > 0) merged = withPermissions(merged, { kind, names: added });
  }
  return merged;
}

const PEM = '-----BEGIN CERTIFICATE-----';

/** A path is of the machine that the file is on, which may be another one. */
function listCertificatePaths(apps: TenantSeed['apps']): readonly string[] {
  return Object.entries(apps).flatMap(([name, { certificates = [] }]) =>
    certificates.flatMap((text, index) =>
      text.includes(PEM) ? [] : [`apps.${name}.certificates.${index} must be the certificate in PEM, not a path`],
    ),
  );
}

function startNotes(hasCredentials: boolean): TenantNotes {
  const found = { problems: [], secrets: new Map(), passwords: new Map(), thumbprints: new Map() };
  return { ...found, hasCredentials, known: undefined, folder: '.' };
}

interface Checked {
  readonly items: readonly object[];
  /** What stays as it is. */
  readonly left: readonly object[];
  /** Of these the value is another one's only once. */
  readonly keys: readonly string[];
}

/** Texts that another one of the tenant has by then. */
function checkRepeated(merging: Merging, place: string, { items, left, keys }: Checked): void {
  for (const key of keys) {
    const valueOf = (item: object) => (item as Readonly<Record<string, unknown>>)[key];
    const taken = new Set(left.map(valueOf));
    for (const item of items) {
      const value = valueOf(item);
      if (taken.has(value))
        merging.problems.push(`${place}.${(item as DirectoryUser).name}: another one has the ${key} ${String(value)}`);
      taken.add(value);
    }
  }
}
