/** Operations on learningContent. */
import { findGuid, getGuid } from '../lib/ids.ts';
import type { LearningContentId, RegistrationId } from '../lib/ids.ts';
import { Unavailable } from '../lib/unavailable.ts';
import type { Entity } from '../model/entity.ts';
import { GUID_EXPECTED } from '../model/expectations.ts';
import { GraphError } from '../model/graph-error.ts';
import { reason } from '../model/reasons.ts';
import { requireMatch } from '../odata/etag.ts';
import { readJsonObject } from '../odata/payload.ts';
import type { JsonObject } from '../odata/payload.ts';
import { newValues } from '../odata/read-entity.ts';
import type { FieldProblem } from '../odata/read-entity.ts';
import type { StoredContent } from '../store/content-store.ts';
import type { Work } from '../store/work.ts';
import type { EntityResult, OperationResult, RequestContext } from './context.ts';
import { fixedProblems, readInput, refuseProblems, viewOf } from './entity-input.ts';
import { findByKeyOfPath } from './external-id.ts';
import { MAX_ATTEMPTS, removeJudged, writeJudged } from './optimistic.ts';
import { getRegistrationId, providerFirst, providerMissing } from './providers.ts';

type Content = Entity<'learningContent'>;

/** GET …/learningContents/{learningContentId}. @throws accessDenied, registrationIdInvalid, contentNotFound */
export function* getLearningContent(context: RequestContext): Work<EntityResult> {
  const registrationId = getRegistrationId(context);
  return contentResult(yield* providerFirst(context, registrationId, getContent(context, registrationId)));
}

/** GET …/learningContents(externalId='…'). @throws accessDenied, registrationIdInvalid, contentNotFound */
export function* getLearningContentByExternalId(context: RequestContext): Work<EntityResult> {
  const registrationId = getRegistrationId(context);
  return contentResult(yield* providerFirst(context, registrationId, getContentByExternalId(context, registrationId)));
}

function* getContentByExternalId(context: RequestContext, registrationId: RegistrationId): Work<StoredContent> {
  const find = (externalId: string) => findContent(context, registrationId, externalId);
  const stored = yield* findByKeyOfPath(context, find, 'contentNotFound');
  if (stored === undefined) throw contentMissing(context, registrationId);
  return stored;
}

/**
 * PATCH …/learningContents/{learningContentId}: merge; null clears.
 * @throws accessDenied, registrationIdInvalid, fieldsInvalid, fieldsEmpty, contentNotFound, preconditionFailed, and those of
 * reading a body
 */
export function* updateLearningContent(context: RequestContext): Work<EntityResult> {
  const registrationId = getRegistrationId(context);
  const written = writeJudged(
    context,
    () => getContent(context, registrationId),
    (stored) => tryUpdate(context, stored, readJsonObject(context)),
  );
  return yield* providerFirst(context, registrationId, written);
}

/**
 * PATCH …/learningContents(externalId='…'): updates the provider's content with this external id, or creates it.
 * @throws accessDenied, registrationIdInvalid, requiredFieldsMissing, fieldsInvalid, fieldsEmpty, preconditionFailed, and
 * those of reading a body
 */
export function* upsertLearningContentByExternalId(context: RequestContext): Work<EntityResult> {
  const registrationId = getRegistrationId(context);
  return yield* providerFirst(context, registrationId, upsert(context, registrationId));
}

function* upsert(context: RequestContext, registrationId: RegistrationId): Work<EntityResult> {
  const body = readJsonObject(context);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const stored = yield* findContent(context, registrationId);
    if (stored !== undefined) requireMatch(context.headers, stored.rowVersion);
    const done =
      stored === undefined
        ? yield* tryCreate(context, registrationId, newContent(context, body))
        : yield* tryUpdate(context, stored, body);
    if (done !== undefined) return done;
  }
  throw new Unavailable('Other writes to the same content came first again and again.');
}

/**
 * POST …/learningContents, behind a switch.
 * @throws accessDenied, registrationIdInvalid, fieldsInvalid, fieldValidationFailed, contentConflict, and those of reading a
 * body
 */
export function* createLearningContent(context: RequestContext): Work<EntityResult> {
  const registrationId = getRegistrationId(context);
  return yield* providerFirst(context, registrationId, create(context, registrationId));
}

function* create(context: RequestContext, registrationId: RegistrationId): Work<EntityResult> {
  const body = readJsonObject(context);
  const created = yield* tryCreate(context, registrationId, { body, problems: [] });
  if (created !== undefined) return created;
  const found = Object.entries(body).find(isExternalId)?.[1];
  const reasons = [reason('contentExists', { provider: registrationId, found })];
  throw new GraphError('contentConflict', { reasons });
}

/**
 * DELETE …/learningContents/{learningContentId}, or by (externalId='…'). Activities about it stay.
 * @throws accessDenied, registrationIdInvalid, contentNotFound, preconditionFailed
 */
export function* deleteLearningContent(context: RequestContext): Work<OperationResult> {
  const registrationId = getRegistrationId(context);
  const { store, tenant } = context;
  const removed = removeJudged(
    context,
    () => getContent(context, registrationId),
    (stored) => store.contents.remove(tenant, stored),
  );
  return yield* providerFirst(context, registrationId, removed);
}

function* getContent(context: RequestContext, registrationId: RegistrationId): Work<StoredContent> {
  const stored = yield* findContent(context, registrationId);
  if (stored === undefined) throw contentMissing(context, registrationId);
  return stored;
}

function contentMissing({ keys }: RequestContext, provider: RegistrationId): GraphError {
  const { learningContentId: id, externalId } = keys;
  const values = { type: 'learningContent', key: id === undefined ? 'external id' : 'id', found: id ?? externalId };
  const isUnfit = id !== undefined && findGuid(id) === undefined;
  const why = isUnfit
    ? reason('idUnfit', { ...values, expected: GUID_EXPECTED })
    : reason('itemUnknownOfProvider', { ...values, provider });
  return new GraphError('contentNotFound', { reasons: [why] });
}

/** By the id or the external id in the path. */
function* findContent(
  { keys, store, tenant }: RequestContext,
  registrationId: RegistrationId,
  externalId = keys['externalId'],
): Work<StoredContent | undefined> {
  if (externalId !== undefined) {
    return yield* store.contents.find(tenant, registrationId, { kind: 'externalId', externalId });
  }
  const id = findGuid<LearningContentId>(keys['learningContentId'] ?? '');
  return id === undefined ? undefined : yield* store.contents.find(tenant, registrationId, { kind: 'id', id });
}

interface NewContent {
  readonly body: JsonObject;
  /** From the path, when the body has none. */
  readonly externalId?: string;
  readonly problems: readonly FieldProblem[];
}

/** The key of the path is the new content's external id; a body that names one must name the same. */
function newContent({ keys: { externalId = '' } }: RequestContext, body: JsonObject): NewContent {
  const sent = Object.entries(body).find(isExternalId);
  if (sent === undefined) return { body, externalId, problems: [] };
  const [, found] = sent;
  if (found === externalId) return { body, problems: [] };
  const why = reason('keyDiffers', { stored: externalId, found });
  return { body, problems: [{ kind: 'invalid', field: 'externalId', reason: why }] };
}

function isExternalId([name]: readonly [string, unknown]): boolean {
  return name.toLowerCase() === 'externalid';
}

/** `undefined` when the provider has a content with this external id by now. */
function* tryCreate(
  context: RequestContext,
  registrationId: RegistrationId,
  { body, externalId, problems }: NewContent,
): Work<EntityResult | undefined> {
  const view = viewOf(context, 'learningContent');
  const complete = externalId === undefined ? body : { ...body, externalId };
  const input = readInput(context, 'learningContent', { mode: 'create', body: complete });
  const mode = context.operation.method === 'POST' ? 'create' : 'update';
  refuseProblems(mode, view, [...input.problems, ...problems]);
  const id = getGuid<LearningContentId>(context.services.newId());
  const created = { content: { ...newValues(view, input), id } as unknown as Content, registrationId, rowVersion: 1 };
  const outcome = yield* context.store.contents.insert(context.tenant, created);
  if (outcome === 'refused')
    throw new GraphError('registrationIdInvalid', { reasons: [providerMissing(registrationId)] });
  return outcome === 'created' ? contentResult(created) : undefined;
}

/** `undefined` when another write came first. */
function* tryUpdate(context: RequestContext, stored: StoredContent, body: JsonObject): Work<EntityResult | undefined> {
  const view = viewOf(context, 'learningContent');
  const input = readInput(context, 'learningContent', { mode: 'update', body });
  refuseProblems('update', view, [...input.problems, ...fixedProblems(view, input, stored.content)]);
  const changed = { ...stored, content: { ...stored.content, ...input.values, id: stored.content.id } as Content };
  if (!(yield* context.store.contents.update(context.tenant, changed, stored.content))) return undefined;
  return contentResult({ ...changed, rowVersion: stored.rowVersion + 1 });
}

function contentResult({ content, registrationId, rowVersion }: StoredContent): EntityResult {
  const collection = `learningProviders('${registrationId}')/learningContents`;
  return { kind: 'entity', type: 'learningContent', entity: content, collection, rowVersion };
}
