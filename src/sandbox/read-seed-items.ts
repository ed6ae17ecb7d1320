/** Providers, contents and activities of a seed -> entities, checked by the model as a request's would be. */
import { findCourseActivityKey, getGuid } from '../base/ids.ts';
import type { RegistrationId } from '../base/ids.ts';
import { errorDetail } from '../model/graph-error.ts';
import type { CourseActivity, Entity } from '../model/entity.ts';
import { getEntity } from '../model/schema.ts';
import type { EntityName } from '../model/schema.ts';
import type { Protocol } from '../odata/protocol.ts';
import type { EntityInput } from '../odata/read-entity.ts';
import type { TenantSeed } from './seed-schema.ts';

export interface ProviderSeed {
  readonly provider: Entity<'learningProvider'>;
  readonly contents: readonly Entity<'learningContent'>[];
  readonly activities: readonly CourseActivity[];
}

type RawProvider = NonNullable<TenantSeed['providers']>[number];

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
  const registrationId = getGuid<RegistrationId>(raw.id);
  return {
    provider: {
      ...readItem(reading, 'learningProvider', properties, place),
      id: registrationId,
    } as unknown as Entity<'learningProvider'>,
    contents: contents.map(
      (item, index) =>
        ({
          ...readItem(reading, 'learningContent', item, `${place}.contents.${index}`),
          id: item.id.toLowerCase(),
        }) as unknown as Entity<'learningContent'>,
    ),
    activities: activities.map((item, index) => readActivity(reading, item, raw, `${place}.activities.${index}`)),
  };
}

/** An activity refers to a user of the tenant and a content of its provider, and its id repeats the learner's. */
function readActivity(reading: Reading, raw: { id: string }, provider: RawProvider, place: string): CourseActivity {
  const read = readItem(reading, 'learningCourseActivity', raw, place);
  const id = raw.id.toLowerCase();
  const learner = findCourseActivityKey(id)?.learnerUserId ?? read['learnerUserId'];
  const users = Object.values(reading.tenant.users).map((user) => user.id.toLowerCase());
  const contents = (provider.contents ?? []).map((content) => content.id.toLowerCase());
  if (learner !== read['learnerUserId']) reading.problems.push(`${place}.id is not the learner's`);
  if (!users.includes(String(read['learnerUserId']))) reading.problems.push(`${place}.learnerUserId is no user here`);
  if (!contents.includes(String(read['learningContentId'])))
    reading.problems.push(`${place}.learningContentId is no content of this provider`);
  return { ...read, id, learningProviderId: provider.id.toLowerCase() } as unknown as CourseActivity;
}

/** The entity with every property of its type: the sent value, the default, or null; and its `type`. */
function readItem(
  { protocol, problems }: Reading,
  declared: EntityName,
  raw: Readonly<Record<string, unknown>>,
  place: string,
): Readonly<Record<string, unknown>> {
  const input = protocol.readers[declared](raw, {
    mode: 'create',
    acceptsHiddenMembers: true,
    unknownProperty: 'error',
    requiresOnUpdate: true,
  });
  problems.push(...describe(input, place));
  const rows = getEntity(protocol.schema, input.type).properties;
  const unset = rows.map((row) => [row.name, row.default ?? (row.type === 'Collection(Edm.String)' ? [] : null)]);
  const guids = rows
    .filter((row) => row.isGuid === true && typeof input.values[row.name] === 'string')
    .map((row) => [row.name, String(input.values[row.name]).toLowerCase()]);
  return { ...Object.fromEntries(unset), ...input.values, ...Object.fromEntries(guids), type: input.type };
}

function describe({ problems }: EntityInput, place: string): string[] {
  return problems.map(({ kind, field, limit = 0, type = '' }) => {
    const { message } = errorDetail(kind, field, { expectedLength: limit, property: field, type });
    return `${place}: ${message}`;
  });
}
