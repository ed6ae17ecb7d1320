/** What the journal learns of a request inside the server: whom it concerns, and what its client may have meant. */
import { findCourseActivityKey, findGuid } from '../../lib/ids.ts';
import type { RegistrationId, UserId } from '../../lib/ids.ts';
import type { GraphResponse, RequestBody } from '../../odata/message.ts';
import type { PathMatch } from '../../odata/path.ts';
import { isJsonObject, parseJson } from '../../odata/payload.ts';
import type { OperationResult, RequestContext } from '../../graph/context.ts';
import { ALL_TYPES, findNearMisses } from './near-misses.ts';
import type { RequestedIds, NearMissStores } from './near-misses.ts';
import { describeNearPaths, isPathRefusal } from './near-path.ts';
import { findInOtherTenants } from './other-tenants.ts';

/** What a refusal may be about. */
export interface NearMisses {
  /** Sentences. */
  readonly all: readonly string[];
  /** Those that the client may read. */
  readonly told: readonly string[];
}

export const NO_NEAR_MISSES: NearMisses = { all: [], told: [] };

const MAX_LEARNERS = 100;
/** Set by the sandbox on answers that it has made up. */
const FAULT_HEADER = 'x-vivarium-fault';

/** What the client of a refused call may have meant. @throws what the stores throw */
export async function findCallNearMisses(
  stores: NearMissStores,
  call: RequestContext,
  { refusal, headers }: GraphResponse,
): Promise<NearMisses> {
  // An invented refusal says nothing of what exists.
  if (refusal === undefined || headers[FAULT_HEADER] !== undefined) return NO_NEAR_MISSES;
  const { method, version, path, behaviour } = call;
  const paths = isPathRefusal(refusal.row) ? describeNearPaths(method, `/${version}${path}`, behaviour) : [];
  const named = nameThings(call, propertiesOf(call.json));
  if (named === undefined) return { all: paths, told: paths };
  const own = await findNearMisses(stores, refusal.row, named);
  const elsewhere = await findInOtherTenants(stores, refusal.row, named);
  // A signed-in user may not see what others of the tenant have; an application works for all of them.
  const isTold = call.principal.kind === 'application';
  return { all: [...paths, ...own, ...elsewhere], told: isTold ? [...paths, ...own] : paths };
}

/** Whether the stores know more of whom the call concerns than it says itself: see the two functions below. */
export function needsLookUp({ match }: RequestContext): boolean {
  if (match === undefined) return false;
  const { learningCourseActivityId, externalId, userId } = match.keys;
  if (userId !== undefined && findGuid<UserId>(userId) === undefined) return true;
  return match.operation.method !== 'GET' && (learningCourseActivityId ?? externalId) !== undefined;
}

/**
 * The learners of activities that a write names by an id which is a GUID alone, or by an external id. To be asked before the
 * call runs: what it deletes is not found any more. None when the id names its learner. @throws what the store throws
 */
export async function findLearnerBefore(
  { learning }: NearMissStores,
  { match, tenant }: RequestContext,
): Promise<readonly string[]> {
  if (match === undefined || match.operation.method === 'GET') return [];
  const { learningCourseActivityId: id = '', externalId = '', registrationId } = match.keys;
  if (externalId !== '' && match.operation.entity === 'learningCourseActivity') {
    const provider = findGuid<RegistrationId>(registrationId ?? '');
    const search = { registrationId: provider, externalId, types: ALL_TYPES, learnerUserId: undefined };
    const found = await learning.activities.findByExternalId(tenant, search);
    return found.map(({ activity }) => activity.learnerUserId);
  }
  const key = findCourseActivityKey(id);
  if (key === undefined || key.learnerUserId !== undefined) return [];
  const stored = await learning.activities.find(tenant, id);
  return stored === undefined ? [] : [stored.activity.learnerUserId];
}

/** The id of a user that the path names by the principal name. @throws what the store throws */
export async function findAddressedUser(
  { directory }: NearMissStores,
  { match, tenant }: RequestContext,
): Promise<readonly string[]> {
  const name = match?.keys['userId'];
  if (name === undefined || findGuid<UserId>(name) !== undefined) return [];
  const user = await directory.findUser(tenant, name);
  return user === undefined ? [] : [user.id];
}

/** What says whom a call concerns. */
export interface CallFacts extends Pick<RequestContext, 'principal'> {
  readonly match: Pick<PathMatch, 'operation' | 'keys'> | undefined;
  /** Ids that had to be looked up. */
  readonly lookedUp: readonly string[];
  /** Ids in the answer, as it has them. */
  readonly answered: readonly unknown[];
  /** The body, where the answer does not say it. */
  readonly body: RequestBody | undefined;
}

/** Ids of the learners whom a call concerns: those that path, answer and request name. */
export function listLearners({ match, principal, lookedUp, answered, body }: CallFacts): readonly string[] {
  if (match === undefined) return [];
  const { keys, operation } = match;
  const ofKey = findCourseActivityKey(keys['learningCourseActivityId'] ?? '')?.learnerUserId;
  const own = operation.isPersonal === true && principal.kind === 'delegated' ? principal.userId : undefined;
  const named = [keys['userId'], ofKey, own, textOf(propertiesOf(valueOf(body)), 'learnerUserId'), ...answered];
  const ids = named.flatMap((id) => (typeof id === 'string' ? (findGuid<UserId>(id) ?? []) : []));
  return [...new Set([...lookedUp, ...ids])].slice(0, MAX_LEARNERS);
}

/** Ids of learners in what the operation found or wrote; none before it has. */
export function listAnswered(result: OperationResult | undefined): readonly unknown[] {
  if (result?.kind === 'list')
    return result.items.map((item) => ('entity' in item ? item.entity['learnerUserId'] : undefined));
  return result?.kind === 'entity' ? [result.entity['learnerUserId']] : [];
}

/** Keys of the path and references of the body. */
function nameThings(
  { match, principal, tenant }: RequestContext,
  body: Properties | undefined,
): RequestedIds | undefined {
  if (match === undefined) return undefined;
  const { keys, operation } = match;
  const me = operation.isPersonal === true && principal.kind === 'delegated' ? principal.userId : undefined;
  const externalIdProperty = operation.entity === 'learningContent' ? 'externalId' : 'externalcourseActivityId';
  return {
    tenant,
    registrationId: keys['registrationId'] ?? textOf(body, 'learningProviderId'),
    learningContentId: keys['learningContentId'] ?? textOf(body, 'learningContentId'),
    learningCourseActivityId: keys['learningCourseActivityId'],
    externalId: keys['externalId'] ?? textOf(body, externalIdProperty),
    userId: keys['userId'] ?? textOf(body, 'learnerUserId') ?? me,
    isProbe: operation.method === 'GET' && keys['externalId'] !== undefined,
  };
}

function textOf(body: Properties | undefined, name: string): string | undefined {
  const value = body?.get(name.toLowerCase());
  return typeof value === 'string' ? value : undefined;
}

/** Of a body, by their names in lower case: clients write them in any casing. The first of several counts. */
type Properties = ReadonlyMap<string, unknown>;

function propertiesOf(value: unknown): Properties | undefined {
  if (!isJsonObject(value)) return undefined;
  return new Map(
    Object.entries(value)
      .map(([name, member]) => [name.toLowerCase(), member] as const)
      .toReversed(),
  );
}

function valueOf(body: RequestBody | undefined): unknown {
  if (!(body instanceof Uint8Array)) return body?.json;
  try {
    return parseJson(body);
  } catch {
    return undefined;
  }
}
