/** Rows of activities. They are judged by the rules of the operations that create and update one. */
import {
  changedActivity,
  findCreateRefusal,
  findLicenceRefusal,
  findProviderRefusal,
  newActivity,
  referencesOf,
} from '../graph/activity-rules.ts';
import { fixedProblems, readBodyInput, refuseProblems, viewOf } from '../graph/entity-input.ts';
import { findCourseActivityKey, findGuid, getGuid } from '../lib/ids.ts';
import type { CourseActivityKey, LearningContentId, RegistrationId, UserId } from '../lib/ids.ts';
import type { LearnerKey, Licence } from '../model/directory.ts';
import type { CourseActivityType } from '../model/entity.ts';
import { GraphError } from '../model/graph-error.ts';
import { reason } from '../model/reasons.ts';
import type { EntityName } from '../model/schema.ts';
import type { StoredActivity } from '../store/activity-codec.ts';
import type { ActivityPlace, FoundLearner } from '../store/bulk-store.ts';
import type { StoredContent } from '../store/content-store.ts';
import type { StoredProvider } from '../store/provider-store.ts';
import type { Work } from '../store/work.ts';
import type { BulkKind, BulkScope } from './bulk-kind.ts';
import { contentCreate } from './contents.ts';
import { RowRefusal } from './outcome.ts';
import type { RowOutcome } from './outcome.ts';
import type { RowValues } from './read-rows.ts';
import { isRemoval, removeStored } from './removals.ts';
import { changedMembers, textOf } from './sent-values.ts';

export interface ActivityRow {
  /** As Graph takes it; learner, content and provider are beside it where they are to be looked up. */
  readonly body: RowValues;
  readonly externalId: string | undefined;
  /** Of the id that the row brings. */
  readonly key: CourseActivityKey | undefined;
  readonly type: CourseActivityType | undefined;
  readonly provider: string | undefined;
  readonly registrationId: RegistrationId | undefined;
  readonly learner: SoughtLearner | undefined;
  readonly content: { readonly externalId: string; readonly create?: RowValues | undefined } | undefined;
  /** A completed activity stays so, and the percentage does not fall: for sources that tell what happened in any order. */
  readonly isForwardOnly: boolean;
}

/** All rows of an import name their learners by the same. */
interface NamedLearner {
  readonly by: LearnerKey;
  readonly value: string;
}

interface SoughtLearner extends NamedLearner {
  /** The value as learners are found by it; `undefined` for what can be no id. */
  readonly sought: string | undefined;
}

interface ActivityFacts {
  readonly providers: ReadonlyMap<string, StoredProvider>;
  /** By what was sought. */
  readonly learners: ReadonlyMap<string, readonly FoundLearner[]>;
  readonly licences: ReadonlyMap<UserId, Licence>;
  /** By provider and external id; one that a row before has created is added. */
  readonly contents: Map<string, LearningContentId>;
  readonly owners: Map<LearningContentId, RegistrationId>;
  readonly byExternalId: ReadonlyMap<string, readonly StoredActivity[]>;
  readonly byGuid: ReadonlyMap<string, StoredActivity>;
}

const EXTERNAL_ID = 'externalcourseActivityId';
const TYPES: Readonly<Record<string, CourseActivityType>> = {
  learningassignment: 'learningAssignment',
  learningselfinitiatedcourse: 'learningSelfInitiatedCourse',
  learningselfinitiated: 'learningSelfInitiatedCourse',
};

/** @param given what the body does not say, or says by another name */
export function activityRow(
  body: RowValues,
  given: Pick<ActivityRow, 'provider' | 'content' | 'isForwardOnly'> & { readonly learner: NamedLearner | undefined },
): ActivityRow {
  const { learner } = given;
  const id = textOf(body, 'id');
  return {
    ...given,
    body,
    learner: learner && { ...learner, sought: soughtValue(learner) },
    externalId: textOf(body, EXTERNAL_ID),
    key: id === undefined ? undefined : findCourseActivityKey(id),
    type: typeOf(body),
    registrationId: given.provider === undefined ? undefined : findGuid<RegistrationId>(given.provider),
  };
}

export const ACTIVITY_KIND: BulkKind<ActivityRow, ActivityFacts> = {
  keysOf: ({ externalId, key, type, provider, registrationId = provider, learner }) => {
    const whose = learner?.sought ?? learner?.value;
    return [
      ...(externalId === undefined ? [] : [`${registrationId} ${whose} ${type} ${externalId}`]),
      ...(key === undefined ? [] : [key.activityGuid]),
    ];
  },
  readFacts,
  judge,
  conflictOf: ({ body, type, provider, externalId: found }) => {
    const values = { learner: textOf(body, 'learnerUserId'), type, provider };
    return new GraphError('conflict', { reasons: [reason('activityExists', { ...values, found })] });
  },
};

/** Reads that need not wait for each other go together: over a network, each by itself would take a round trip. */
async function readFacts(
  scope: BulkScope,
  rows: readonly ActivityRow[],
  pending?: ActivityFacts,
): Promise<ActivityFacts> {
  const [providers, learners, contents] = await Promise.all([
    readProviders(scope, rows),
    readLearners(scope, rows),
    readContents(scope, rows, pending),
  ]);
  const { bulk } = scope.tools;
  const ids = rows.flatMap((row) => {
    const learnerUserId = row.key && (findLearner(row, learners)?.id ?? ownerOf(row));
    return row.key === undefined || learnerUserId === undefined
      ? []
      : [{ activityGuid: row.key.activityGuid, learnerUserId }];
  });
  const [byId, ...stored] = await Promise.all([
    bulk.findActivitiesById(scope.tenant, ids),
    ...[...Map.groupBy(rows, ({ registrationId }) => registrationId)].map(([registrationId, some]) => {
      const places = some.flatMap((row) => placeOf(row, findLearner(row, learners)) ?? []);
      return registrationId === undefined ? [] : bulk.findActivities(scope.tenant, registrationId, places);
    }),
  ]);
  return {
    ...{ providers, learners, ...contents },
    licences: new Map([...learners.values()].flat().map(({ id, licence }) => [id, licence] as const)),
    byExternalId: Map.groupBy(stored.flat(), placeKeyOf),
    byGuid: new Map(byId.map((found) => [findCourseActivityKey(found.activity.id)?.activityGuid ?? '', found])),
  };
}

/** Of what is to be removed: its learner may be no user any more. */
function ownerOf({ body, key }: ActivityRow): UserId | undefined {
  if (!isRemoval(body)) return undefined;
  return key?.learnerUserId ?? findGuid<UserId>(textOf(body, 'learnerUserId') ?? '');
}

async function readProviders(
  { tools: { store }, tenant }: BulkScope,
  rows: readonly ActivityRow[],
): Promise<ActivityFacts['providers']> {
  const providers = new Map<string, StoredProvider>();
  for (const id of new Set(rows.map(({ registrationId }) => registrationId))) {
    const found = id && (await store.run(store.providers.find(tenant, id)));
    if (found !== undefined) providers.set(found.provider.id, found);
  }
  return providers;
}

async function readContents(
  { tools: { bulk }, tenant }: BulkScope,
  rows: readonly ActivityRow[],
  pending: ActivityFacts | undefined,
): Promise<Pick<ActivityFacts, 'contents' | 'owners'>> {
  const contents = new Map(pending?.contents);
  const owners = new Map(pending?.owners);
  const named = unique(rows.map(({ body }) => textOf(body, 'learningContentId')));
  const ids = unique(named.map((id) => findGuid<LearningContentId>(id)));
  for (const { content, registrationId } of await bulk.findContents(tenant, ids))
    owners.set(content.id as LearningContentId, registrationId);
  const ofProviders = Map.groupBy(
    rows.filter(({ content }) => content !== undefined),
    ({ registrationId }) => registrationId,
  );
  for (const [provider, some] of ofProviders) {
    if (provider === undefined) continue;
    const externalIds = unique(some.map(({ content }) => content?.externalId));
    for (const { content } of await bulk.findContentsByExternalId(tenant, provider, externalIds)) {
      contents.set(contentKey(provider, content.externalId), content.id as LearningContentId);
      owners.set(content.id as LearningContentId, provider);
    }
  }
  return { contents, owners };
}

async function readLearners(
  { tools, tenant }: BulkScope,
  rows: readonly ActivityRow[],
): Promise<ReadonlyMap<string, readonly FoundLearner[]>> {
  const by = rows.find(({ learner }) => learner !== undefined)?.learner?.by;
  if (by === undefined) return new Map();
  const sought = unique(rows.map(({ learner }) => learner?.sought));
  return Map.groupBy(await tools.bulk.findLearners(tenant, by, sought), ({ value }) => value);
}

function soughtValue({ by, value }: NamedLearner): string | undefined {
  if (by === 'id') return findGuid<UserId>(value);
  return by === 'employeeId' ? value : value.toLowerCase();
}

function findLearner({ learner }: ActivityRow, learners: ActivityFacts['learners']): FoundLearner | undefined {
  const found = learners.get(learner?.sought ?? '');
  return found?.length === 1 ? found[0] : undefined;
}

function placeOf({ externalId, type }: ActivityRow, learner: FoundLearner | undefined): ActivityPlace | undefined {
  if (externalId === undefined || learner === undefined || type === undefined) return undefined;
  return { externalId, learnerUserId: learner.id, type };
}

function* judge(scope: BulkScope, row: ActivityRow, facts: ActivityFacts): Work<RowOutcome> {
  if (isRemoval(row.body)) return yield* remove(scope, row, facts);
  if (row.provider === undefined) throw new RowRefusal('providerMissing');
  const learner = getLearner(row, facts);
  const content = getContent(scope, row, facts);
  const body: Record<string, unknown> = { ...row.body, learningProviderId: row.provider };
  if (learner !== undefined) body['learnerUserId'] = learner;
  if (content !== undefined) body['learningContentId'] = content.id;
  const stored = findStored(row, facts);
  if (stored !== undefined) return yield* update(scope, row, { body, stored, facts });
  if (row.externalId === undefined && row.key === undefined)
    throw new RowRefusal('identityMissing', { property: EXTERNAL_ID });
  return yield* create(scope, row, { body, content, facts });
}

/** By the id alone: its external id may be that of another activity by now. */
function* remove({ tools, tenant }: BulkScope, { key }: ActivityRow, facts: ActivityFacts): Work<RowOutcome> {
  if (key === undefined) throw new RowRefusal('removedIdMissing');
  return yield* removeStored(facts.byGuid.get(key.activityGuid), (stored) =>
    tools.store.activities.remove(tenant, stored),
  );
}

/** @throws RowRefusal when the value is of no user, or of several */
function getLearner({ learner }: ActivityRow, { learners }: ActivityFacts): string | undefined {
  if (learner === undefined) return undefined;
  const { by, value, sought } = learner;
  const found = learners.get(sought ?? '') ?? [];
  // Whether there is a user of an id is for the rules of the operations to say.
  if (by === 'id') return sought ?? value;
  const [only, another] = found;
  if (only === undefined) throw new RowRefusal('learnerUnknown', { key: by, found: value });
  if (another !== undefined) throw new RowRefusal('learnerAmbiguous', { count: found.length, key: by, found: value });
  return only.id;
}

interface NamedContent {
  readonly id: string;
  /** It is to be stored before the activity. */
  readonly fresh?: StoredContent['content'];
}

/** @throws RowRefusal when there is none and none is to be created; refusals of creating one */
function getContent(
  { tools }: BulkScope,
  { content, provider = '', registrationId }: ActivityRow,
  { providers, contents }: ActivityFacts,
): NamedContent | undefined {
  // The provider's refusal comes first.
  if (content === undefined || registrationId === undefined || !providers.has(registrationId)) return undefined;
  const { externalId, create: body } = content;
  const id = contents.get(contentKey(registrationId, externalId));
  if (id !== undefined) return { id };
  if (body === undefined) throw new RowRefusal('contentUnknown', { provider, found: externalId });
  const fresh = contentCreate(tools, { externalId, ...body });
  return { id: fresh.id, fresh };
}

function findStored(row: ActivityRow, facts: ActivityFacts): StoredActivity | undefined {
  const guid = row.key?.activityGuid ?? '';
  const place = facts.byExternalId.size === 0 ? undefined : placeOf(row, findLearner(row, facts.learners));
  const found = (place && facts.byExternalId.get(placeKey(row.registrationId, place))) ?? [];
  const [first, another] = found;
  if (first === undefined) return facts.byGuid.get(guid);
  const byId = found.find(({ activity }) => findCourseActivityKey(activity.id)?.activityGuid === guid);
  if (another === undefined || byId !== undefined) return byId ?? first;
  const activities = found.map(({ activity }) => activity.id).toSorted();
  const reasons = [reason('keyShared', { found: row.externalId, activities })];
  throw new GraphError('alternateKeyAmbiguous', { reasons });
}

interface Judged {
  readonly body: RowValues;
  readonly facts: ActivityFacts;
}

function* create(
  { tools, tenant }: BulkScope,
  row: ActivityRow,
  { body, facts, content }: Judged & { readonly content: NamedContent | undefined },
): Work<RowOutcome> {
  const { reading, store } = tools;
  const provider = row.registrationId;
  const found = facts.providers.get(provider ?? '');
  const closed = findProviderRefusal(openness(found), row.provider as RegistrationId);
  if (closed !== undefined) throw closed;
  if (provider === undefined) throw new Error('A provider without an id is open.');
  const input = readBodyInput(reading, 'learningCourseActivity', body, { mode: 'create', registrationId: provider });
  const references = referencesOf(input, provider);
  const view = viewOf(reading, input.type);
  const { learnerUserId, learningContentId } = references;
  const known = {
    isProviderOpen: true,
    contentOwner: content?.fresh === undefined ? learningContentId && facts.owners.get(learningContentId) : provider,
    learnerLicence: learnerUserId && facts.licences.get(learnerUserId),
  };
  const refusal = findCreateRefusal(known, { input, references, view });
  if (refusal !== undefined) throw refusal;
  if (content?.fresh !== undefined) {
    yield* store.contents.insert(tenant, { content: content.fresh, registrationId: provider, rowVersion: 1 });
    facts.contents.set(contentKey(provider, content.fresh.externalId), content.fresh.id as LearningContentId);
    facts.owners.set(content.fresh.id as LearningContentId, provider);
  }
  const own = row.key;
  const activityGuid = own?.activityGuid ?? tools.newActivityGuid();
  const made = newActivity(view, input, { ...references, activityGuid });
  // An id that is a GUID alone stays so.
  const activity = own !== undefined && own.learnerUserId === undefined ? { ...made, id: activityGuid } : made;
  yield* store.activities.insert(tenant, { activity, mayRepeat: reading.behaviour.allowDuplicateExternalIds });
  return 'created';
}

function* update(
  { tools, tenant }: BulkScope,
  { isForwardOnly }: ActivityRow,
  { body, stored, facts }: Judged & { readonly stored: StoredActivity },
): Work<RowOutcome> {
  const { reading, store } = tools;
  const before = stored.activity;
  const type: EntityName = before.type;
  const told = { declared: 'learningCourseActivity', type, body } as const;
  const changed = changedMembers(reading, told, before);
  const members = isForwardOnly ? forwardOnly(changed, before) : changed;
  if (Object.keys(members).every((name) => name.includes('@'))) return 'unchanged';
  const registrationId = before.learningProviderId as RegistrationId;
  const closed = findProviderRefusal(openness(facts.providers.get(registrationId)), registrationId);
  if (closed !== undefined) throw closed;
  const rules = { mode: 'update', storedType: type, registrationId, requiresOnUpdate: false } as const;
  const input = readBodyInput(reading, 'learningCourseActivity', members, rules);
  const view = viewOf(reading, type);
  refuseProblems('update', view, [...input.problems, ...fixedProblems(view, input, before)]);
  const unlicensed = findLicenceRefusal(
    facts.licences.get(getGuid<UserId>(before.learnerUserId)),
    'userLicenseInvalidOnUpdate',
  );
  if (unlicensed !== undefined) throw unlicensed;
  const activity = changedActivity(stored, input);
  yield* store.activities.update(tenant, {
    judged: stored,
    activity,
    mayRepeat: reading.behaviour.allowDuplicateExternalIds,
  });
  return 'updated';
}

/** Without what would take back a completion or a percentage. */
function forwardOnly(members: RowValues, before: StoredActivity['activity']): RowValues {
  const isCompleted = before.status === 'completed';
  if (isCompleted && textOf(members, 'status') !== 'completed') {
    return without(members, ['status', 'completionPercentage', 'completedDateTime']);
  }
  const percentage = members['completionPercentage'];
  if (typeof percentage !== 'number' || percentage >= (before.completionPercentage ?? 0)) return members;
  return without(members, ['completionPercentage']);
}

function without(members: RowValues, names: readonly string[]): RowValues {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)));
}

function openness(found: StoredProvider | undefined): { readonly isProviderOpen: boolean } | undefined {
  return found && { isProviderOpen: found.provider.isCourseActivitySyncEnabled === true };
}

function typeOf(body: RowValues): CourseActivityType | undefined {
  const name = textOf(body, '@odata.type')?.toLowerCase() ?? '';
  return TYPES[name.slice(name.lastIndexOf('.') + 1)];
}

function placeKey(provider: string | undefined, { externalId, learnerUserId, type }: ActivityPlace): string {
  return `${provider} ${learnerUserId} ${type} ${externalId}`;
}

function placeKeyOf({ activity }: StoredActivity): string {
  const { learningProviderId, learnerUserId, type, externalcourseActivityId } = activity;
  return `${learningProviderId} ${learnerUserId} ${type} ${externalcourseActivityId}`;
}

function contentKey(provider: RegistrationId, externalId: string): string {
  return `${provider} ${externalId}`;
}

function unique<Value>(values: readonly (Value | undefined)[]): readonly Value[] {
  return [...new Set(values.filter((value) => value !== undefined))];
}
