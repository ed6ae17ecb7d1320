/** Operations on learningCourseActivity, and which activities a caller may see. */
import { authorizeType, holdsPermission } from '../auth/authorize.ts';
import { registerLearner } from '../directory/users.ts';
import { findCourseActivityKey, findGuid } from '../lib/ids.ts';
import type { LearningContentId, RegistrationId, UserId } from '../lib/ids.ts';
import type { Licence } from '../model/directory.ts';
import type { CourseActivity, CourseActivityType } from '../model/entity.ts';
import type { ErrorName } from '../model/errors.ts';
import { GUID_EXPECTED } from '../model/expectations.ts';
import { GraphError } from '../model/graph-error.ts';
import { describeReason, reason } from '../model/reasons.ts';
import type { EntityName } from '../model/schema.ts';
import { readJsonObject } from '../odata/payload.ts';
import type { JsonObject } from '../odata/payload.ts';
import type { EntityInput } from '../odata/read-entity.ts';
import { validationError } from '../odata/validation-error.ts';
import type { StoredActivity } from '../store/activity-codec.ts';
import type { UpdateFacts } from '../store/activity-store.ts';
import type { Work } from '../store/work.ts';
import type { EntityResult, OperationResult, RequestContext } from './context.ts';
import {
  changedActivity,
  contentOfOther,
  findCreateRefusal,
  findLicenceRefusal,
  findProviderRefusal,
  newActivity,
  referencesOf,
} from './activity-rules.ts';
import type { References } from './activity-rules.ts';
import { fixedProblems, readInput, refuseProblems, viewOf } from './entity-input.ts';
import { findByKeyOfPath } from './external-id.ts';
import { MAX_ATTEMPTS, removeJudged, writeJudged } from './optimistic.ts';
import { checkRegistrationId, getRegistrationId, requireProvider } from './providers.ts';
import { findAddressedId, findOnlyUser, getAddressedUser, namesUser } from './users.ts';

/**
 * POST …/learningProviders/{registrationId}/learningCourseActivities. A create that succeeds is one guarded
 * statement; only a refused one reads why.
 * @throws accessDenied, providerNotEnabled, registrationIdInvalid, fieldsInvalid, fieldValidationFailed,
 * contentOfAnotherProvider, userLicenseInvalid, conflict, and those of reading a body
 */
export function* createLearningCourseActivity(context: RequestContext): Work<EntityResult> {
  const registrationId = getRegistrationId(context);
  const body = yield* readCreateBody(context, registrationId);
  const input = readInput(context, 'learningCourseActivity', { mode: 'create', registrationId, body });
  return yield* createActivity(context, input, registrationId);
}

/** POST /employeeExperience/learningCourseActivities: the body names the provider. @throws as createLearningCourseActivity */
export function* createLearningCourseActivityAtRoot(context: RequestContext): Work<EntityResult> {
  const input = readInput(context, 'learningCourseActivity', { mode: 'create' });
  const { learningProviderId } = input.values;
  if (typeof learningProviderId !== 'string') {
    authorizeActivityType(context, input.type);
    const { problems } = input;
    const isReported = problems.some(({ field }) => field === 'learningProviderId');
    const field = 'learningProviderId';
    const why = reason('missing', { expected: GUID_EXPECTED });
    const missing = isReported ? [] : [{ kind: 'required', field, reason: why } as const];
    throw validationError('create', [...problems, ...missing], viewOf(context, input.type));
  }
  return yield* createActivity(context, input, checkRegistrationId(learningProviderId));
}

function* createActivity(
  context: RequestContext,
  input: EntityInput,
  registrationId: RegistrationId,
): Work<EntityResult> {
  authorizeActivityType(context, input.type);
  const references = referencesOf(input, registrationId);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const created = yield* tryCreate(context, input, references);
    if (created !== undefined) return activityResult({ activity: created, rowVersion: 1 }, input.spellings);
    const found = yield* context.store.activities.findCreateFacts(context.tenant, references);
    const { learnerUserId } = references;
    const licence = findNewcomerLicence(context, learnerUserId, found?.learnerLicence);
    const facts = found && { ...found, learnerLicence: found.learnerLicence ?? licence };
    const refusal = findCreateRefusal(facts, { input, references, view: viewOf(context, input.type) });
    if (refusal !== undefined) throw refusal;
    if (learnerUserId !== undefined && licence !== undefined)
      yield* registerLearner(context.services.directory, context.tenant, { id: learnerUserId, licence });
  }
  throw new Error('The store keeps refusing a create that passes every check.');
}

/** What an open directory gives a learner who is not a user yet; `undefined` for users, and in any other directory. */
function findNewcomerLicence(
  { services, tenant }: RequestContext,
  learner: UserId | undefined,
  held: Licence | undefined,
): Licence | undefined {
  return learner !== undefined && held === undefined ? services.directory.findOpenLicence(tenant) : undefined;
}

/** `undefined` when the input has problems or the store refuses it. @throws conflict */
function* tryCreate(
  context: RequestContext,
  input: EntityInput,
  references: References,
): Work<CourseActivity | undefined> {
  const { learningContentId, learnerUserId, namesOtherProvider } = references;
  const isComplete = learningContentId !== undefined && learnerUserId !== undefined && !namesOtherProvider;
  if (input.problems.length > 0 || !isComplete) return undefined;
  const ids = { ...references, activityGuid: context.services.newActivityGuid() };
  const activity = newActivity(viewOf(context, input.type), input, ids);
  const mayRepeat = context.behaviour.allowDuplicateExternalIds;
  const outcome = yield* context.store.activities.insert(context.tenant, { activity, mayRepeat });
  if (outcome === 'repeated') throw activityExists(activity);
  return outcome === 'created' ? activity : undefined;
}

/** A provider that takes no writes is reported before an unreadable body. */
function* readCreateBody(context: RequestContext, registrationId: RegistrationId): Work<JsonObject> {
  try {
    return readJsonObject(context);
  } catch (error) {
    const ids = { registrationId, learningContentId: undefined, learnerUserId: undefined };
    const facts = yield* context.store.activities.findCreateFacts(context.tenant, ids);
    throw findProviderRefusal(facts, registrationId) ?? error;
  }
}

/**
 * PATCH …/learningCourseActivities/{id}, or by (externalcourseActivityId='…'), under a provider or at the root: merge; null
 * clears. The whole update is judged by one version of the stored row and written only while that version stands.
 * @throws accessDenied, providerNotEnabled, registrationIdInvalid, assignmentNotFoundOnUpdate, requiredFieldsMissing,
 * fieldsInvalid, fieldsEmpty, contentOfAnotherProvider, userLicenseInvalidOnUpdate, alternateKeyAmbiguous, conflict,
 * preconditionFailed, and those of reading a body
 */
export function updateLearningCourseActivity(context: RequestContext): Work<EntityResult> {
  const find = () => getForWrite(context, 'assignmentNotFoundOnUpdate');
  return writeJudged(context, find, (judged) => tryUpdate(context, judged));
}

/** `undefined` when another write came first. @throws what {@link judgeUpdate} throws, conflict */
function* tryUpdate(context: RequestContext, judged: WritableActivity): Work<EntityResult | undefined> {
  const activity = yield* judgeUpdate(context, judged);
  const id = activity.learnerUserId as UserId;
  const licence = findNewcomerLicence(context, id, judged.learnerLicence);
  if (licence !== undefined) yield* registerLearner(context.services.directory, context.tenant, { id, licence });
  const mayRepeat = context.behaviour.allowDuplicateExternalIds;
  const outcome = yield* context.store.activities.update(context.tenant, { judged, activity, mayRepeat });
  if (outcome === 'repeated') throw activityExists(activity);
  return outcome === 'updated' ? activityResult({ activity, rowVersion: judged.rowVersion + 1 }) : undefined;
}

function activityExists(activity: CourseActivity): GraphError {
  const { learnerUserId: learner, type, learningProviderId: provider, externalcourseActivityId: found } = activity;
  return new GraphError('conflict', { reasons: [reason('activityExists', { learner, type, provider, found })] });
}

/**
 * DELETE …/learningCourseActivities/{id}, or by (externalcourseActivityId='…'), under a provider or at the root.
 * @throws accessDenied, providerNotEnabled, registrationIdInvalid, assignmentNotFound, alternateKeyAmbiguous,
 * preconditionFailed
 */
export function deleteLearningCourseActivity(context: RequestContext): Work<OperationResult> {
  const { store, tenant } = context;
  return removeJudged(
    context,
    () => getForWrite(context, 'assignmentNotFound'),
    (stored) => store.activities.remove(tenant, stored),
  );
}

type WritableActivity = StoredActivity & Pick<UpdateFacts, 'learnerLicence'>;

/**
 * The stored activity that the path names and the caller may write.
 * @throws registrationIdInvalid, providerNotEnabled, accessDenied, alternateKeyAmbiguous, and the row `missing`
 */
function* getForWrite(context: RequestContext, missing: ErrorName): Work<WritableActivity> {
  const named = yield* findNamed(context);
  if (named === undefined) {
    const registrationId = findGuid<RegistrationId>(context.keys['registrationId'] ?? '');
    throw activityMissing(missing, context, { registrationId });
  }
  const facts = yield* context.store.activities.findUpdateFacts(context.tenant, named.registrationId, named.id);
  const closed = findProviderRefusal(facts, named.registrationId);
  if (closed !== undefined) throw closed;
  if (facts?.stored === undefined) throw activityMissing(missing, context, named);
  authorizeActivityType(context, facts.stored.activity.type);
  return { ...facts.stored, learnerLicence: facts.learnerLicence };
}

interface NamedActivity {
  /** At the root, the activity's own. */
  readonly registrationId: RegistrationId;
  readonly id: string;
}

/**
 * What the path names, by id or by external id.
 * @throws registrationIdInvalid; by external id also providerNotEnabled and alternateKeyAmbiguous
 */
function* findNamed(context: RequestContext): Work<NamedActivity | undefined> {
  const { keys, store, tenant } = context;
  const { learningCourseActivityId: id } = keys;
  const registrationId = keys['registrationId'] === undefined ? undefined : getRegistrationId(context);
  if (registrationId !== undefined) {
    if (id !== undefined) return { registrationId, id };
    const facts = yield* store.activities.findUpdateFacts(tenant, registrationId, '');
    const closed = findProviderRefusal(facts, registrationId);
    if (closed !== undefined) throw closed;
  }
  const found = id === undefined ? yield* findForWrite(context) : yield* store.activities.find(tenant, id);
  return found && { registrationId: found.activity.learningProviderId as RegistrationId, id: found.activity.id };
}

/** The activity to write, or the refusal: fields first, then the content's owner, then the learner's licence. */
function* judgeUpdate(context: RequestContext, { learnerLicence, ...stored }: WritableActivity): Work<CourseActivity> {
  const { activity } = stored;
  const registrationId = activity.learningProviderId as RegistrationId;
  const rules = { mode: 'update', storedType: activity.type, registrationId } as const;
  const input = readInput(context, 'learningCourseActivity', rules);
  const view = viewOf(context, input.type);
  const fixed = fixedProblems(view, input, activity);
  const namesOtherContent = fixed.some(({ field }) => field === 'learningContentId');
  const foreign = namesOtherContent ? yield* findForeignContent(context, registrationId, input) : undefined;
  const wrong = foreign === undefined ? fixed : fixed.filter(({ field }) => field !== 'learningContentId');
  refuseProblems('update', view, [...input.problems, ...wrong]);
  if (foreign !== undefined) throw foreign;
  const licence = learnerLicence ?? findNewcomerLicence(context, activity.learnerUserId as UserId, learnerLicence);
  const unlicensed = findLicenceRefusal(licence, 'userLicenseInvalidOnUpdate');
  if (unlicensed !== undefined) throw unlicensed;
  return changedActivity(stored, input);
}

/** The refusal of a content that is another provider's. */
function* findForeignContent(
  { store, tenant }: RequestContext,
  registrationId: RegistrationId,
  { values }: EntityInput,
): Work<GraphError | undefined> {
  const learningContentId = findGuid<LearningContentId>(String(values['learningContentId']));
  const ids = { registrationId, learningContentId, learnerUserId: undefined };
  const owner = (yield* store.activities.findCreateFacts(tenant, ids))?.contentOwner;
  if (owner === undefined || owner === registrationId) return undefined;
  return contentOfOther(owner, { content: learningContentId, provider: registrationId });
}

/** GET …/learningCourseActivities/{id}. @throws accessDenied, registrationIdInvalid, assignmentNotFound, userNotFound */
export function* getLearningCourseActivity(context: RequestContext): Work<EntityResult> {
  const scope = yield* getScope(context);
  const stored = yield* context.store.activities.find(context.tenant, context.keys['learningCourseActivityId'] ?? '');
  if (stored === undefined || !isWithin(scope, stored)) throw yield* notFound(context, scope);
  authorizeActivityType(context, stored.activity.type);
  return activityResult(stored);
}

/**
 * GET …/learningCourseActivities(externalcourseActivityId='…'). Clients probe with it whether they still have to create,
 * so that a missing key is assignmentNotFound (404) and nothing else.
 * @throws accessDenied, registrationIdInvalid, assignmentNotFound, userNotFound, alternateKeyAmbiguous
 */
export function* getLearningCourseActivityByExternalId(context: RequestContext): Work<EntityResult> {
  const scope = yield* getScope(context);
  const find = (externalId: string) => findByExternalId(context, scope, externalId);
  const stored = yield* findByKeyOfPath(context, find, 'assignmentNotFound');
  if (stored === undefined) throw yield* notFound(context, scope);
  return activityResult(stored);
}

function isWithin({ registrationId, learnerUserId }: ActivityScope, { activity }: StoredActivity): boolean {
  const isOfProvider = registrationId === undefined || activity.learningProviderId === registrationId;
  const isOfLearner = learnerUserId === undefined || activity.learnerUserId === learnerUserId;
  return isOfProvider && isOfLearner;
}

/** An unknown provider in the path is reported before an unknown activity. */
function* notFound(context: RequestContext, scope: ActivityScope): Work<GraphError> {
  if (scope.registrationId !== undefined) yield* requireProvider(context, scope.registrationId);
  return activityMissing('assignmentNotFound', context, scope);
}

/** The refusal, with the key that matched nothing and the scope that it was looked up in. */
function activityMissing(
  row: ErrorName,
  { keys }: RequestContext,
  { registrationId, learnerUserId }: Partial<ActivityScope>,
): GraphError {
  const { learningCourseActivityId: id, externalId } = keys;
  const type = 'learningCourseActivity';
  if (id !== undefined && findCourseActivityKey(id) === undefined) {
    const expected = 'a GUID, or the id of the learner, a colon and a GUID';
    return new GraphError(row, { reasons: [reason('idUnfit', { type, key: 'id', expected, found: id })] });
  }
  const values = { type, key: id === undefined ? 'external id' : 'id', found: id ?? externalId };
  if (registrationId !== undefined)
    return new GraphError(row, { reasons: [reason('itemUnknownOfProvider', { ...values, provider: registrationId })] });
  if (learnerUserId !== undefined)
    return new GraphError(row, { reasons: [reason('itemUnknownOfLearner', { ...values, learner: learnerUserId })] });
  return new GraphError(row, { reasons: [reason('itemUnknown', values)] });
}

/** The part of the tenant's activities that a path addresses and a caller may see. */
export interface ActivityScope {
  /** Of one provider, when the path names one. */
  readonly registrationId: RegistrationId | undefined;
  /** Of one learner, when the path names one or the caller may see no other. */
  readonly learnerUserId: UserId | undefined;
}

/** @throws registrationIdInvalid, userNotFound; accessDenied when the caller may see nothing of what the path addresses */
function* getScope(context: RequestContext): Work<ActivityScope> {
  return scopeOf(context, namesUser(context) ? (yield* getAddressedUser(context)).id : undefined);
}

/**
 * As {@link getScope}, but does not look up a user whom the path names by id: the statement of the list does. The caller
 * checks that there is such a user only when nothing was found.
 */
export function* getListScope(context: RequestContext): Work<ActivityScope> {
  const named = namesUser(context) ? findAddressedId(context) : undefined;
  const only = findOnlyUser(context);
  const isOpen = named !== undefined && (only === undefined || only === named);
  return isOpen ? scopeOf(context, named) : yield* getScope(context);
}

function scopeOf(context: RequestContext, addressed: UserId | undefined): ActivityScope {
  const { keys } = context;
  const only = findOnlyUser(context);
  if (addressed !== undefined && only !== undefined && addressed !== only) {
    const why = reason('ownOnly', { what: 'activities' });
    throw new GraphError('accessDenied', { logDetail: describeReason(why), reasons: [why] });
  }
  return {
    registrationId: keys['registrationId'] === undefined ? undefined : getRegistrationId(context),
    learnerUserId: addressed ?? only,
  };
}

/** The one activity of the scope with this external id that the caller may see. @throws alternateKeyAmbiguous when there are several */
function* findByExternalId(
  context: RequestContext,
  scope: ActivityScope,
  externalId: string,
): Work<StoredActivity | undefined> {
  // The store holds the empty text where an activity has no external id.
  if (externalId === '') return undefined;
  const { store, tenant } = context;
  const types = visibleTypes(context);
  const found = yield* store.activities.findByExternalId(tenant, { ...scope, types, externalId });
  if (found.length < 2) return found[0];
  const activities = found.map(({ activity }) => activity.id).toSorted();
  throw new GraphError('alternateKeyAmbiguous', { reasons: [reason('keyShared', { found: externalId, activities })] });
}

/**
 * The activity that a write by external id is about: the one of a type that the caller may write, if there is one.
 * @throws alternateKeyAmbiguous when there are several
 */
function* findForWrite(context: RequestContext): Work<StoredActivity | undefined> {
  const { keys, store, tenant } = context;
  const { externalId = '' } = keys;
  const scope = yield* getScope(context);
  const types = concreteTypes(context);
  const writable = yield* findByExternalId(context, scope, externalId);
  if (writable !== undefined || externalId === '' || visibleTypes(context).length === types.length) return writable;
  return (yield* store.activities.findByExternalId(tenant, { ...scope, types, externalId }))[0];
}

/** Passes when the caller may use the operation on activities of this type. @throws accessDenied */
function authorizeActivityType(context: RequestContext, type: EntityName): void {
  const { behaviour, principal, operation } = context;
  if (behaviour.typeScopedPermissions) authorizeType(principal, operation, viewOf(context, type));
}

/** The types of activities that the caller may see through an operation, that of the request when not given. */
export function visibleTypes(context: RequestContext, operation = context.operation): readonly CourseActivityType[] {
  const { behaviour, principal } = context;
  const types = concreteTypes(context);
  if (!behaviour.typeScopedPermissions) return types;
  return types.filter((type) => {
    const family = viewOf(context, type).row.permissionFamily;
    return family === undefined || holdsPermission(principal, operation, family);
  });
}

function concreteTypes(context: RequestContext): readonly CourseActivityType[] {
  return viewOf(context, 'learningCourseActivity').concreteTypes as readonly CourseActivityType[];
}

function activityResult(
  { activity, rowVersion }: Pick<StoredActivity, 'activity' | 'rowVersion'>,
  spellings?: ReadonlyMap<string, string>,
): EntityResult {
  return {
    kind: 'entity',
    type: activity.type,
    entity: activity,
    collection: `learningProviders('${activity.learningProviderId}')/learningCourseActivities`,
    rowVersion,
    ...(spellings !== undefined && { spellings }),
  };
}
