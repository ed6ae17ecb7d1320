/**
 * A seed merged into what the server holds: what it says is added or changed, what it leaves out stays. All of it is planned
 * first, and stored in one unit of work. What proves someone, secrets, passwords and certificates, is read for those who are
 * added: a file that is older than the last rotation brings no secret back.
 */
import { ControlError } from '../control/route.ts';
import { getGuid } from '../lib/ids.ts';
import type { TenantId } from '../lib/ids.ts';
import { NEW_TENANT } from '../model/directory.ts';
import type { Tenant } from '../model/directory.ts';
import { SeedError } from '../seed/seed-error.ts';
import type { Seed } from '../seed/seed-schema.ts';
import type { Origin } from '../store/changes/change.ts';
import { tenantChange } from '../store/changes/directory-changes.ts';
import { createDirectoryWrites } from '../store/directory-writes.ts';
import { findFreeTenantKey } from '../store/tenant-store.ts';
import { mergeProviders } from './merge-items.ts';
import { mergeApps, mergeUsers } from './merge-people.ts';
import { differences, startMerging } from './merging.ts';
import type { Merging, MergeTools, SeedPlan, TenantMerge } from './merging.ts';

export interface MergeOrder {
  readonly seed: Seed;
  /** What the file is called in messages. */
  readonly path: string;
  /** Whether users and apps go that the file leaves out, in tenants that it names. */
  readonly isPruning: boolean;
}

/** @throws SeedError naming every problem */
export async function planMerge(tools: MergeTools, { seed, path, isPruning }: MergeOrder): Promise<SeedPlan> {
  const merging = startMerging(tools);
  const stored = await tools.directory.listTenants();
  // Numbers of tenants that are added follow each other.
  const free = await findFreeTenantKey(tools.connection);
  let added = 0;
  for (const [index, tenant] of seed.tenants.entries()) {
    const id = getGuid<TenantId>(tenant.id);
    const known = stored.find((one) => one.id === id);
    const before = known ?? { ...NEW_TENANT, id, key: free + added };
    if (known === undefined) added += 1;
    const place = { seed: tenant, place: `tenants.${index}`, isPruning, isNew: known === undefined };
    await mergeTenant(merging, before, place);
  }
  checkDomains(merging, stored);
  if (merging.problems.length > 0) throw new SeedError(path, merging.problems);
  return merging;
}

/** @throws SeedError, ControlError 409; then nothing was changed */
export async function storeMerge(
  { connection, people }: MergeTools,
  { steps, changes }: SeedPlan,
  { path, origin }: { readonly path: string; readonly origin: Origin },
): Promise<void> {
  if (steps.length === 0) return;
  const result = await connection.write(
    steps.map(({ write }) => write),
    { origin, changes },
  );
  if (result.kind === 'refused') throw new ControlError(409, 'Another change came first. Nothing was changed.');
  const place = result.kind === 'done' ? undefined : steps[result.step]?.place;
  if (place !== undefined) throw new SeedError(path, [`${place} repeats an id or name of another`]);
  people.forgetTenants();
}

type Before = Tenant | Omit<Tenant, 'displayName' | 'domainName'>;

async function mergeTenant(merging: Merging, before: Before, about: Omit<TenantMerge, 'tenant'>): Promise<void> {
  const { connection, people } = merging.tools;
  const { seed, place, isNew } = about;
  const { displayName, hasServicePlan, directory: mode, openLicence } = seed;
  const said = {
    displayName,
    domainName: seed.domainName.toLowerCase(),
    ...(hasServicePlan !== undefined && { hasServicePlan }),
    ...(mode !== undefined && { directory: mode }),
    ...(openLicence !== undefined && { openLicence }),
  };
  const tenant: Tenant = { ...before, ...said };
  merging.tenants.push(tenant);
  const named = { kind: 'tenant', tenant: tenant.domainName, name: tenant.displayName } as const;
  const properties = isNew ? [] : differences(before, tenant);
  if (isNew) {
    merging.add(place, [createDirectoryWrites(connection.dialect).tenant(tenant)], [tenantChange({ after: tenant })]);
  } else if (properties.length > 0) {
    await merging.gather(place, people.tenants.updateTenant(tenant));
  }
  if (isNew || properties.length > 0) merging.actions.push({ ...named, action: isNew ? 'add' : 'change', properties });
  const within = { ...about, tenant };
  await mergeUsers(merging, within);
  await mergeApps(merging, within);
  await mergeProviders(merging, within);
}

function checkDomains({ tenants, problems }: Merging, stored: readonly Tenant[]): void {
  const left = stored.filter(({ id }) => !tenants.some((tenant) => tenant.id === id));
  tenants.forEach(({ id, domainName }, index) => {
    const others = [...left, ...tenants.slice(0, index)];
    if (others.some((one) => one.domainName === domainName))
      problems.push(`tenants.${index}: another one has the domainName ${domainName}`);
    if (tenants.slice(0, index).some((one) => one.id === id))
      problems.push(`tenants.${index}: another one has the id ${id}`);
  });
}
