/** Providers, contents and activities of a seed -> entities, checked by the model as a request's would be. */
import { findCourseActivityKey } from '../lib/ids.ts';
import type { CourseActivity, Entity } from '../model/entity.ts';
import { errorDetail } from '../model/graph-error.ts';
import { getEntity } from '../model/schema.ts';
import type { EntityName } from '../model/schema.ts';
import type { Protocol } from '../odata/protocol.ts';
import { newValues } from '../odata/read-entity.ts';
import type { EntityInput } from '../odata/read-entity.ts';
import type { TenantSeed } from './seed-schema.ts';

export interface ProviderSeed {
  readonly provider: Entity<'learningProvider'>;
  readonly contents: readonly Entity<'learningContent'>[];
  readonly activities: readonly CourseActivity[];
}

type RawProvider = NonNullable<TenantSeed['providers']>[number];

interface RawItem {
  readonly id: string;
  /** In the file, such as `providers.0.contents.1`. */
  readonly place: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Reading {
  readonly protocol: Protocol;
  readonly tenant: TenantSeed;
  readonly problems: string[];
}

/** What is wrong is added to `problems`, each with its place in the file. */
export function readProviders(tenant: TenantSeed, protocol: Protocol, problems: string[]): readonly ProviderSeed[] {
  const reading = { protocol, tenant, problems };
  return (tenant.providers ?? []).map((raw, index) => readProvider(reading, raw, `providers.${index}`));
}

function readProvider(reading: Reading, raw: RawProvider, place: string): ProviderSeed {
  const { contents = [], activities = [], ...properties } = raw;
  const itemAt = (kind: string) => (item: { readonly id: string }, index: number) => ({
    id: item.id.toLowerCase(),
    place: `${place}.${kind}.${index}`,
    properties: item as RawItem['properties'],
  });
  return {
    provider: readItem(reading, 'learningProvider', { id: raw.id.toLowerCase(), place, properties }),
    contents: contents.map(itemAt('contents')).map((item) => readItem(reading, 'learningContent', item)),
    activities: activities.map(itemAt('activities')).map((item) => readActivity(reading, raw, item)),
  };
}

/** An activity refers to a user of the tenant and a content of its provider, and its id repeats the learner's. */
function readActivity(reading: Reading, provider: RawProvider, item: RawItem): CourseActivity {
  const { problems, tenant } = reading;
  const read: CourseActivity = readItem(reading, 'learningCourseActivity', item);
  const named = findCourseActivityKey(item.id)?.learnerUserId ?? read.learnerUserId;
  const users = Object.values(tenant.users).map((user) => user.id.toLowerCase());
  const contents = (provider.contents ?? []).map((content) => content.id.toLowerCase());
  if (named !== read.learnerUserId) problems.push(`${item.place}.id is not the learner's`);
  if (!users.includes(read.learnerUserId)) problems.push(`${item.place}.learnerUserId is not a user of this tenant`);
  if (!contents.includes(read.learningContentId)) {
    problems.push(`${item.place}.learningContentId is not a content of this provider`);
  }
  return { ...read, learningProviderId: provider.id.toLowerCase() };
}

/** The whole entity, with ids in lower case; its shape is promised by the model's reader once there are no problems. */
function readItem<Item>(
  { protocol, problems }: Reading,
  declared: EntityName,
  { id, place, properties }: RawItem,
): Item {
  const input = protocol.readers[declared](properties, {
    mode: 'create',
    acceptsHiddenMembers: true,
    unknownProperty: 'error',
    requiresOnUpdate: true,
  });
  problems.push(...describe(input, place));
  const view = getEntity(protocol.schema, input.type);
  const values = newValues(view, input);
  for (const { name, isGuid } of view.properties) {
    const value = values[name];
    if (isGuid === true && typeof value === 'string') values[name] = value.toLowerCase();
  }
  return { ...values, id, type: input.type } as Item;
}

function describe({ problems }: EntityInput, place: string): string[] {
  return problems.map(({ kind, field, limit = 0, type = '' }) => {
    const { message } = errorDetail(kind, field, { expectedLength: limit, property: field, type });
    return `${place}: ${message}`;
  });
}
