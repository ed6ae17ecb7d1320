/** Providers, contents and activities of a seed, merged into those that a tenant has. */
import { findCourseActivityKey } from '../lib/ids.ts';
import type { LearningContentId, RegistrationId } from '../lib/ids.ts';
import { readProviders } from '../seed/read-seed-items.ts';
import { createImportWrites } from '../store/import-writes.ts';
import { runWork } from '../store/work.ts';
import type { Work } from '../store/work.ts';
import { differences } from './merging.ts';
import type { Merging, SeedAction, TenantMerge } from './merging.ts';

export async function mergeProviders(merging: Merging, { seed, place, tenant }: TenantMerge): Promise<void> {
  const { store, problems, tools } = merging;
  const found: string[] = [];
  const providers = readProviders(seed, tools.protocol, found);
  problems.push(...found.map((problem) => `${place}.${problem}`));
  // What has a problem may not even have a key.
  if (found.length > 0) return;
  const find = async <Found>(work: Work<Found>): Promise<Found> => runWork(work, tools.connection);
  const learning = createImportWrites(tools.connection.dialect);
  for (const [index, { provider, contents, activities }] of providers.entries()) {
    const raw = seed.providers?.[index];
    const at = `${place}.providers.${index}`;
    const registrationId = provider.id as RegistrationId;
    const stored = await find(store.providers.find(tenant, registrationId));
    const about = { tenant: tenant.domainName };
    const merged = stored === undefined ? provider : withSaid(stored.provider, provider, raw);
    note(merging, { ...about, kind: 'learningProvider', name: provider.displayName, before: stored?.provider, merged });
    if (stored === undefined) await merging.gather(at, store.providers.insert(tenant, provider));
    else if (differences(stored.provider, merged).length > 0)
      await merging.gather(at, store.providers.update(tenant, { ...stored, provider: merged }, stored.provider));

    for (const [place2, content] of contents.entries()) {
      const key = { kind: 'id', id: content.id as LearningContentId } as const;
      const old = await find(store.contents.find(tenant, registrationId, key));
      const mergedContent = old === undefined ? content : withSaid(old.content, content, raw?.contents?.[place2]);
      note(merging, {
        ...about,
        kind: 'learningContent',
        name: content.title,
        before: old?.content,
        merged: mergedContent,
      });
      const contentAt = `${at}.contents.${place2}`;
      if (old === undefined)
        await merging.gather(contentAt, store.contents.insert(tenant, { content, registrationId, rowVersion: 1 }));
      else if (differences(old.content, mergedContent).length > 0)
        await merging.gather(contentAt, store.contents.update(tenant, { ...old, content: mergedContent }, old.content));
    }

    for (const [place2, activity] of activities.entries()) {
      // The record has gone on since the file was written.
      if ((await find(store.activities.find(tenant, activity.id))) !== undefined) continue;
      note(merging, {
        ...about,
        kind: 'learningCourseActivity',
        name: activity.id,
        before: undefined,
        merged: activity,
      });
      const itemId = findCourseActivityKey(activity.id)?.activityGuid;
      const made = { tenantKey: tenant.key, kind: 'learningCourseActivity', itemId, after: activity } as const;
      merging.add(`${at}.activities.${place2}`, [learning.activity(tenant, activity)], [made]);
    }
  }
}

interface Noted extends Pick<SeedAction, 'kind' | 'tenant' | 'name'> {
  readonly before: object | undefined;
  readonly merged: object;
}

function note({ actions }: Merging, { before, merged, ...about }: Noted): void {
  if (before === undefined) actions.push({ ...about, action: 'add', properties: [] });
  else {
    const properties = differences(before, merged);
    if (properties.length > 0) actions.push({ ...about, action: 'change', properties });
  }
}

/** The stored entity with what the file says of it, by names in any casing. */
function withSaid<Item extends object>(stored: Item, read: Item, raw: object = {}): Item {
  const said = new Set(Object.keys(raw).map((name) => name.toLowerCase()));
  const values = Object.entries(read).filter(([name]) => name !== 'id' && said.has(name.toLowerCase()));
  return { ...stored, ...Object.fromEntries(values) };
}
