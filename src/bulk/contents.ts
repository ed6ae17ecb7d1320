/** Rows of contents: found by the provider and the external id, or by the id. */
import { contentOfOther, findProviderRefusal } from '../graph/activity-rules.ts';
import { fixedProblems, readBodyInput, refuseProblems, viewOf } from '../graph/entity-input.ts';
import { findGuid, getGuid } from '../lib/ids.ts';
import type { LearningContentId, RegistrationId } from '../lib/ids.ts';
import type { Entity } from '../model/entity.ts';
import { GraphError } from '../model/graph-error.ts';
import { reason } from '../model/reasons.ts';
import { newValues } from '../odata/read-entity.ts';
import type { StoredContent } from '../store/content-store.ts';
import type { Work } from '../store/work.ts';
import type { BulkKind, BulkScope, BulkTools } from './bulk-kind.ts';
import { RowRefusal } from './outcome.ts';
import type { RowOutcome } from './outcome.ts';
import type { RowValues } from './read-rows.ts';
import { isRemoval, removeStored } from './removals.ts';
import { changedMembers, textOf } from './sent-values.ts';

export interface ContentRow {
  /** As Graph takes it. */
  readonly body: RowValues;
  readonly provider: string | undefined;
}

interface ContentFacts {
  readonly providers: ReadonlySet<string>;
  readonly byExternalId: ReadonlyMap<string, StoredContent>;
  readonly byId: ReadonlyMap<string, StoredContent>;
}

const EXTERNAL_ID = 'externalId';

export const CONTENT_KIND: BulkKind<ContentRow, ContentFacts> = {
  keysOf: ({ body, provider }) => {
    const [id, externalId] = [findGuid(textOf(body, 'id') ?? ''), textOf(body, EXTERNAL_ID)];
    const registrationId = findGuid(provider ?? '');
    return [
      ...(id === undefined ? [] : [id]),
      ...(externalId === undefined ? [] : [`${registrationId} ${externalId}`]),
    ];
  },
  readFacts: async ({ tools: { bulk, store }, tenant }, rows) => {
    const providers = new Set<string>();
    const byExternalId = new Map<string, StoredContent>();
    for (const [name, some] of Map.groupBy(rows, ({ provider }) => findGuid<RegistrationId>(provider ?? ''))) {
      const found = name && (await store.run(store.providers.find(tenant, name)));
      if (name === undefined || found === undefined) continue;
      providers.add(name);
      const externalIds = some.flatMap(({ body }) => textOf(body, EXTERNAL_ID) ?? []);
      for (const stored of await bulk.findContentsByExternalId(tenant, name, externalIds))
        byExternalId.set(`${name} ${stored.content.externalId}`, stored);
    }
    const ids = rows.flatMap(({ body }) => findGuid<LearningContentId>(textOf(body, 'id') ?? '') ?? []);
    const byId = new Map((await bulk.findContents(tenant, ids)).map((stored) => [stored.content.id, stored]));
    return { providers, byExternalId, byId };
  },
  judge,
  conflictOf: ({ body, provider }) => {
    const reasons = [reason('contentExists', { provider, found: textOf(body, EXTERNAL_ID) })];
    return new GraphError('contentConflict', { reasons });
  },
};

function* judge({ tools, tenant }: BulkScope, { body, provider }: ContentRow, facts: ContentFacts): Work<RowOutcome> {
  if (isRemoval(body)) {
    const named = findGuid(textOf(body, 'id') ?? '');
    if (named === undefined) throw new RowRefusal('removedIdMissing');
    return yield* removeStored(facts.byId.get(named), (stored) => tools.store.contents.remove(tenant, stored));
  }
  if (provider === undefined) throw new RowRefusal('providerMissing');
  const registrationId = findGuid<RegistrationId>(provider);
  if (registrationId === undefined || !facts.providers.has(registrationId))
    throw findProviderRefusal(undefined, provider as RegistrationId) as GraphError;
  const id = findGuid(textOf(body, 'id') ?? '');
  const externalId = textOf(body, EXTERNAL_ID);
  const stored = facts.byExternalId.get(`${registrationId} ${externalId}`) ?? facts.byId.get(id ?? '');
  if (stored === undefined) {
    const content = contentCreate(tools, body);
    yield* tools.store.contents.insert(tenant, { content, registrationId, rowVersion: 1 });
    return 'created';
  }
  if (stored.registrationId !== registrationId) {
    const found = { content: stored.content.id as LearningContentId, provider: registrationId };
    throw contentOfOther(stored.registrationId, found);
  }
  return yield* update({ tools, tenant }, body, stored);
}

function* update({ tools, tenant }: BulkScope, body: RowValues, stored: StoredContent): Work<RowOutcome> {
  const { reading, store } = tools;
  const before = stored.content;
  const told = { declared: 'learningContent', type: 'learningContent', body } as const;
  const members = changedMembers(reading, told, before);
  if (Object.keys(members).every((name) => name.includes('@'))) return 'unchanged';
  const view = viewOf(reading, 'learningContent');
  const input = readBodyInput(reading, 'learningContent', members, { mode: 'update' });
  refuseProblems('update', view, [...input.problems, ...fixedProblems(view, input, before)]);
  const content = { ...before, ...input.values, id: before.id } as Entity<'learningContent'>;
  yield* store.contents.update(tenant, { ...stored, content }, before);
  return 'updated';
}

/** A content with the id that the body brings, or a fresh one. @throws those of reading a body */
export function contentCreate({ reading, newId }: BulkTools, body: RowValues): Entity<'learningContent'> {
  const view = viewOf(reading, 'learningContent');
  const input = readBodyInput(reading, 'learningContent', body, { mode: 'create' });
  refuseProblems('create', view, input.problems);
  const id = findGuid<LearningContentId>(textOf(body, 'id') ?? '') ?? getGuid<LearningContentId>(newId());
  return { ...newValues(view, input), id } as unknown as Entity<'learningContent'>;
}
